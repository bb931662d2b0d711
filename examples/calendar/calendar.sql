-- One week of an invented office's calendar.
CREATE TABLE events(
  id TEXT PRIMARY KEY, day TEXT NOT NULL, time TEXT NOT NULL, title TEXT NOT NULL, room TEXT NOT NULL DEFAULT '',
  owner TEXT NOT NULL DEFAULT 'local');
CREATE TABLE invitations(id INTEGER PRIMARY KEY, event TEXT NOT NULL REFERENCES events(id), person TEXT NOT NULL);
CREATE TABLE people(name TEXT PRIMARY KEY);
CREATE TABLE hours(time TEXT PRIMARY KEY);
INSERT INTO people VALUES ('Clara'), ('Emil'), ('Farah'), ('Henrik');
INSERT INTO hours VALUES ('09:00'), ('10:00'), ('11:00'), ('13:00'), ('14:00'), ('15:00'), ('16:00');
INSERT INTO events(id, day, time, title, room) VALUES
  ('E-11', 'monday', '09:00', 'Team meeting', 'Oak'), ('E-12', 'monday', '14:00', 'Budget review', 'Elm'),
  ('E-13', 'tuesday', '10:00', 'Call with the printer', ''), ('E-14', 'wednesday', '11:00', 'Interview', 'Oak'),
  ('E-15', 'wednesday', '15:00', 'Dentist', ''), ('E-16', 'thursday', '09:00', 'Supplier visit', 'Elm'),
  ('E-17', 'friday', '13:00', 'Demo', 'Oak');
