-- What the migration of disputes adds: each dispute with a reference.
INSERT INTO dispute_evidence (dispute_id, n, kind, text, added_by, added_at) SELECT id, 1, 'note', 'As told', 'collector', opened_at FROM disputes;
