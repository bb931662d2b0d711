-- Invoices that were checked already; more lie as text in inbox/. Suppliers are invented.
CREATE TABLE invoices(
  id TEXT PRIMARY KEY, supplier TEXT NOT NULL, day TEXT NOT NULL, cents INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('checked', 'disputed', 'paid')), note TEXT NOT NULL DEFAULT '');
CREATE TABLE suppliers(name TEXT PRIMARY KEY, terms INTEGER NOT NULL);
CREATE TABLE reminders(id INTEGER PRIMARY KEY, supplier TEXT NOT NULL REFERENCES suppliers(name));
CREATE TABLE payments(id INTEGER PRIMARY KEY, invoice TEXT NOT NULL REFERENCES invoices(id), cents INTEGER NOT NULL);
INSERT INTO suppliers VALUES ('Birch & Sons', 30), ('Copperfield Tools', 14), ('Delta Paper', 30),
  ('Lumen Electric', 21), ('Nordic Cleaning', 7);
INSERT INTO invoices(id, supplier, day, cents, state) VALUES
  ('INV-1001', 'Delta Paper', '2026-10-05', 21600, 'paid'), ('INV-1002', 'Birch & Sons', '2026-10-12', 84000, 'checked'),
  ('INV-1003', 'Lumen Electric', '2026-10-20', 132000, 'checked'), ('INV-1004', 'Nordic Cleaning', '2026-10-28', 9480, 'checked'),
  ('INV-1005', 'Copperfield Tools', '2026-11-02', 45500, 'disputed'), ('INV-1006', 'Delta Paper', '2026-11-06', 17350, 'checked');
