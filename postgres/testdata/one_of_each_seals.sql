-- One seal of the event and the audit row that are there.
INSERT INTO record_seals (position, events, audit, hash, horizon)
  SELECT 1, (SELECT range_agg(int8range(id, id, '[]')) FROM events), (SELECT range_agg(int8range(id, id, '[]')) FROM audit_log), sha256('x'), '0';
