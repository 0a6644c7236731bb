-- A calendar of the seller's own, and the reference rates of two bases.
INSERT INTO calendars (name, weekend, set_by) VALUES ('DE-BY', '{6,0}', 'manager');
INSERT INTO calendar_holidays (calendar, day, name) VALUES ('DE-BY', '2027-01-06', 'Heilige Drei Könige');
INSERT INTO reference_rates (base, valid_from, percent, set_by) VALUES ('ecb', '2026-07-01', 2.15, 'billing'), ('de_basiszins', '2016-07-01', -0.88, 'billing');
