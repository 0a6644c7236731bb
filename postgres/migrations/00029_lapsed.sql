-- +goose Up
-- A request that its subject needs no more lapses: nobody decides on it. So may one that the system itself has made, such as the write-off that a
-- dunning level proposes, when the customer pays after all.
ALTER TABLE approvals DROP CONSTRAINT approvals_four_eyes;
ALTER TABLE approvals ADD CONSTRAINT approvals_four_eyes CHECK (decided_by <> requested_by OR decision = 'lapse');

-- +goose Down
-- It is taken back by dropping the database.
