-- What the migration of disputes adds.
INSERT INTO dispute_evidence (dispute_id, n, kind, text, sha256, added_by, added_at) VALUES ('dsp_1', 1, 'document', 'photo.jpg', repeat('a', 64), 'collector', now());
