-- A research group's notes. Projects and findings are invented.
CREATE TABLE notes(
  id TEXT PRIMARY KEY, topic TEXT NOT NULL, body TEXT NOT NULL, tag TEXT NOT NULL DEFAULT 'new', published INTEGER NOT NULL DEFAULT 0);
CREATE TABLE topics(name TEXT PRIMARY KEY);
INSERT INTO topics VALUES ('batteries'), ('heat pumps'), ('birds'), ('tides');
INSERT INTO notes(id, topic, body, tag) VALUES
  ('N-41', 'batteries', 'Check whether 1.6 hours holds for inland villages', 'question'),
  ('N-42', 'heat pumps', 'Noise complaints: compare with the survey of 2019', 'question'),
  ('N-43', 'birds', 'Black blades look promising, 64 percent fewer collisions', 'finding'),
  ('N-44', 'batteries', 'Four percent capacity loss in year one', 'finding'),
  ('N-45', 'tides', 'Mussels shorten the maintenance interval', 'new');
