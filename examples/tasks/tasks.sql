-- A household's lists of things to do.
CREATE TABLE todos(
  id TEXT PRIMARY KEY, title TEXT NOT NULL, list TEXT NOT NULL, due TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '');
CREATE TABLE shares(id INTEGER PRIMARY KEY, list TEXT NOT NULL, person TEXT NOT NULL);
CREATE TABLE people(name TEXT PRIMARY KEY);
INSERT INTO people VALUES ('Grandma'), ('Nils'), ('Tara');
INSERT INTO todos(id, title, list, due, done) VALUES
  ('T-21', 'Buy oat milk', 'shopping', '', 0), ('T-22', 'Buy batteries', 'shopping', '', 0),
  ('T-23', 'Renew the passport', 'family', 'friday', 0), ('T-24', 'Book the plumber', 'home', 'tuesday', 0),
  ('T-25', 'Clean the gutter', 'home', '', 0), ('T-26', 'Return the library books', 'family', 'wednesday', 0),
  ('T-27', 'Finish the report', 'work', 'monday', 0), ('T-28', 'Water the plants', 'home', '', 1);
