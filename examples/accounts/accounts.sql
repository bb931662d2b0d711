-- Accounts of an invented company's intranet. Nobody in it exists.
CREATE TABLE accounts(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
  state TEXT NOT NULL CHECK (state IN ('active', 'locked', 'closed')), note TEXT NOT NULL DEFAULT '');
CREATE TABLE logins(account TEXT NOT NULL REFERENCES accounts(id), at TEXT NOT NULL, device TEXT NOT NULL);
CREATE TABLE links(id INTEGER PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(id));
INSERT INTO accounts(id, name, role, state) VALUES
  ('AC-1001', 'Noor Tanaka', 'editor', 'active'), ('AC-1002', 'Sven Oduya', 'viewer', 'locked'),
  ('AC-1003', 'Mara Lind', 'admin', 'active'), ('AC-1004', 'Teo Brandt', 'viewer', 'active'),
  ('AC-1005', 'Ilse Quandt', 'editor', 'locked'), ('AC-1006', 'Ravi Molnar', 'viewer', 'active'),
  ('AC-1007', 'Ada Berg', 'editor', 'closed'), ('AC-1008', 'Luca Frey', 'viewer', 'active'),
  ('AC-1009', 'Hana Ost', 'viewer', 'locked'), ('AC-1010', 'Per Vidal', 'editor', 'active');
INSERT INTO logins VALUES
  ('AC-1001', '2026-11-19 08:02', 'laptop'), ('AC-1001', '2026-11-20 08:15', 'phone'),
  ('AC-1003', '2026-11-20 07:41', 'laptop'), ('AC-1004', '2026-11-12 16:30', 'tablet'),
  ('AC-1006', '2026-11-18 09:09', 'laptop'), ('AC-1008', '2026-11-20 11:47', 'phone'),
  ('AC-1010', '2026-10-30 10:00', 'laptop');
