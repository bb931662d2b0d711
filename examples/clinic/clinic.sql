-- A clinic's doctors, patients, free slots and appointments; nobody in it exists.
CREATE TABLE doctors(
  name TEXT PRIMARY KEY, field TEXT NOT NULL, room TEXT NOT NULL);
CREATE TABLE patients(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL);
CREATE TABLE slots(
  id TEXT PRIMARY KEY, doctor TEXT NOT NULL REFERENCES doctors(name), day TEXT NOT NULL, time TEXT NOT NULL,
  patient TEXT REFERENCES patients(id));
CREATE TABLE refills(
  id INTEGER PRIMARY KEY, patient TEXT NOT NULL REFERENCES patients(id), medicine TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waits for a doctor');
CREATE TABLE reminders(id INTEGER PRIMARY KEY, patient TEXT NOT NULL REFERENCES patients(id));
CREATE TABLE medicines(name TEXT PRIMARY KEY, needs_doctor INTEGER NOT NULL);
INSERT INTO doctors VALUES
  ('Dr. Amsel', 'general practice', '2'),
  ('Dr. Bergmann', 'paediatrics', '4'),
  ('Dr. Caruso', 'skin', '5'),
  ('Dr. Dorsey', 'heart', '7');
INSERT INTO patients VALUES
  ('P-1001', 'Iris Falk', '0170 555 0101'),
  ('P-1002', 'Jonah Reed', '0170 555 0102'),
  ('P-1003', 'Lena Moser', '0170 555 0103'),
  ('P-1004', 'Omar Haddad', '0170 555 0104'),
  ('P-1005', 'Pia Lund', '0170 555 0105'),
  ('P-1006', 'Rafi Stern', '0170 555 0106');
INSERT INTO slots VALUES
  ('S-001', 'Dr. Amsel', '2026-11-24', '09:00', NULL),
  ('S-002', 'Dr. Amsel', '2026-11-24', '14:30', NULL),
  ('S-003', 'Dr. Bergmann', '2026-11-24', '09:00', 'P-1001'),
  ('S-004', 'Dr. Bergmann', '2026-11-24', '14:30', NULL),
  ('S-005', 'Dr. Caruso', '2026-11-24', '09:00', NULL),
  ('S-006', 'Dr. Caruso', '2026-11-24', '14:30', NULL),
  ('S-007', 'Dr. Dorsey', '2026-11-24', '09:00', NULL),
  ('S-008', 'Dr. Dorsey', '2026-11-24', '14:30', NULL),
  ('S-009', 'Dr. Amsel', '2026-11-25', '09:00', 'P-1002'),
  ('S-010', 'Dr. Amsel', '2026-11-25', '14:30', NULL),
  ('S-011', 'Dr. Bergmann', '2026-11-25', '09:00', NULL),
  ('S-012', 'Dr. Bergmann', '2026-11-25', '14:30', NULL),
  ('S-013', 'Dr. Caruso', '2026-11-25', '09:00', NULL),
  ('S-014', 'Dr. Caruso', '2026-11-25', '14:30', 'P-1003'),
  ('S-015', 'Dr. Dorsey', '2026-11-25', '09:00', NULL),
  ('S-016', 'Dr. Dorsey', '2026-11-25', '14:30', NULL),
  ('S-017', 'Dr. Amsel', '2026-11-26', '09:00', NULL),
  ('S-018', 'Dr. Amsel', '2026-11-26', '14:30', NULL),
  ('S-019', 'Dr. Bergmann', '2026-11-26', '09:00', NULL),
  ('S-020', 'Dr. Bergmann', '2026-11-26', '14:30', NULL),
  ('S-021', 'Dr. Caruso', '2026-11-26', '09:00', NULL),
  ('S-022', 'Dr. Caruso', '2026-11-26', '14:30', 'P-1005'),
  ('S-023', 'Dr. Dorsey', '2026-11-26', '09:00', NULL),
  ('S-024', 'Dr. Dorsey', '2026-11-26', '14:30', NULL),
  ('S-025', 'Dr. Amsel', '2026-11-27', '09:00', NULL),
  ('S-026', 'Dr. Amsel', '2026-11-27', '14:30', NULL),
  ('S-027', 'Dr. Bergmann', '2026-11-27', '09:00', NULL),
  ('S-028', 'Dr. Bergmann', '2026-11-27', '14:30', NULL),
  ('S-029', 'Dr. Caruso', '2026-11-27', '09:00', NULL),
  ('S-030', 'Dr. Caruso', '2026-11-27', '14:30', NULL),
  ('S-031', 'Dr. Dorsey', '2026-11-27', '09:00', NULL),
  ('S-032', 'Dr. Dorsey', '2026-11-27', '14:30', NULL);
INSERT INTO medicines VALUES
  ('Levothyroxine', 0),
  ('Ibuprofen', 0),
  ('Metoprolol', 1),
  ('Amoxicillin', 1),
  ('Salbutamol', 0);
