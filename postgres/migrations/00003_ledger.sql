-- +goose Up
INSERT INTO ledger_accounts (code, name, type) VALUES
  ('payables_clearing',       'Payables clearing',              'asset'),
  ('fx_clearing',             'FX clearing',                    'asset'),
  ('receivables_revaluation', 'Revaluation of receivables',     'asset'),
  ('fx_gain',                 'FX gain',                        'income'),
  ('fx_loss',                 'FX loss',                        'expense');

-- +goose Down
-- Taken back by dropping the database.
