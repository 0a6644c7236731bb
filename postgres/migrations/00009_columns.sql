-- +goose Up
-- Rows that change do so in some columns only: what was received, accepted, billed and agreed stays as it was recorded. (FOR UPDATE
-- needs the right to change one column.)

REVOKE UPDATE ON payments, facts, open_items, order_lines, order_charges, customer_credits FROM o2c_app;
GRANT UPDATE (customer_id, applied, recovered, taken_to_income, deposits, refunded, reversed) ON payments TO o2c_app;
GRANT UPDATE (settled_at, told_at, tellings, refused_code, refused_detail) ON facts TO o2c_app;
GRANT UPDATE (paid, credited, deposits_applied, credit_applied, discount, payment_difference, withheld, written_off, disputed_amount, dunning_plan,
  next_level, next_dunning_at, rested_level, rested_left, version) ON open_items TO o2c_app;
GRANT UPDATE (quantity, net_amount, gross_amount, reserved, shipped, invoiced, cancelled) ON order_lines TO o2c_app;
GRANT UPDATE (gross_amount) ON order_charges TO o2c_app;
GRANT UPDATE (applied, refunded) ON customer_credits TO o2c_app;

-- +goose Down
-- It is taken back by dropping the database.
