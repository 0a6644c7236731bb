-- Of every invoice a promise was kept and a hold was lifted; every third that is not settled has another promise that is open.
INSERT INTO promises (id, invoice, customer_id, currency, amount, promised_on, level, paid_before, recorded_by, recorded_at, judge_at, state, received, ended_at)
  SELECT 'prm_' || number, number, customer_id, currency, 1, due_date, 1, 0, 'collector', due_date, due_date + 1, 'kept', 1, due_date
    FROM open_items WHERE kind = 'invoice';
INSERT INTO promises (id, invoice, customer_id, currency, amount, promised_on, level, paid_before, recorded_by, recorded_at, judge_at)
  SELECT 'prm_' || number || '_2', number, customer_id, currency, 1, due_date + 20, 1, 0, 'collector', due_date, due_date + 21
    FROM open_items WHERE kind = 'invoice' AND status = 'open' AND right(number, 1)::integer % 3 = 0;
UPDATE open_items SET judge_at = due_date + 21, waits = jsonb_build_array(jsonb_build_object('kind', 'promise', 'id', 'prm_' || number || '_2', 'at', due_date + 21))
 WHERE number IN (SELECT invoice FROM promises WHERE state = 'open');
INSERT INTO dunning_holds (id, invoice, customer_id, until, reason, state, held_by, held_at, ends_at, ended_at, ended_by)
  SELECT 'hld_' || number, number, customer_id, due_date + 3, 'x', 'lifted', 'collector', due_date, due_date + 4, due_date + 1, 'collector'
    FROM open_items WHERE kind = 'invoice';
