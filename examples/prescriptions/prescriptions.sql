-- A pharmacy's prescriptions. Patients are numbers, medicines are real names, all rows are invented.
CREATE TABLE medicines(name TEXT PRIMARY KEY, packs INTEGER NOT NULL, advice TEXT NOT NULL);
CREATE TABLE pharmacies(name TEXT PRIMARY KEY);
CREATE TABLE prescriptions(
  id TEXT PRIMARY KEY, patient TEXT NOT NULL, medicine TEXT NOT NULL REFERENCES medicines(name), repeats INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'dispensed', 'stopped')), day TEXT NOT NULL DEFAULT 'monday',
  note TEXT NOT NULL DEFAULT '');
CREATE TABLE transfers(id INTEGER PRIMARY KEY, prescription TEXT NOT NULL, pharmacy TEXT NOT NULL);
INSERT INTO medicines VALUES ('Amoxicillin', 14, 'three times a day until the pack is empty'), ('Cetirizine', 40, 'one in the evening'),
  ('Levothyroxine', 22, 'in the morning, half an hour before breakfast'), ('Metformin', 0, 'with meals'), ('Ramipril', 9, 'once a day at the same time');
INSERT INTO pharmacies VALUES ('Castle Pharmacy'), ('Lion Pharmacy'), ('Station Pharmacy');
INSERT INTO prescriptions(id, patient, medicine, repeats, state) VALUES
  ('RX-5001', 'P-31', 'Levothyroxine', 3, 'ready'), ('RX-5002', 'P-32', 'Amoxicillin', 0, 'waiting'),
  ('RX-5003', 'P-33', 'Ramipril', 2, 'dispensed'), ('RX-5004', 'P-34', 'Metformin', 5, 'waiting'),
  ('RX-5005', 'P-35', 'Cetirizine', 1, 'ready'), ('RX-5006', 'P-31', 'Ramipril', 0, 'dispensed'),
  ('RX-5007', 'P-36', 'Cetirizine', 4, 'stopped');
