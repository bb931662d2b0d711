-- A garden shop's articles, shelves and stock; invented.
CREATE TABLE articles(
  name TEXT PRIMARY KEY, aisle INTEGER NOT NULL, cents INTEGER NOT NULL CHECK (cents > 0), units INTEGER NOT NULL);
CREATE TABLE holds(
  id INTEGER PRIMARY KEY, article TEXT NOT NULL REFERENCES articles(name), pieces INTEGER NOT NULL CHECK (pieces > 0));
CREATE TABLE orders(id INTEGER PRIMARY KEY, article TEXT NOT NULL REFERENCES articles(name));
CREATE TABLE calls(id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'open');
INSERT INTO articles VALUES
  ('Clay Pot', 3, 790, 60),
  ('Copper Tape', 7, 650, 18),
  ('Garden Hose', 5, 3490, 6),
  ('Hedge Shears', 4, 2990, 9),
  ('Lavender', 1, 590, 40),
  ('Potting Soil', 2, 1190, 120),
  ('Pruning Saw', 4, 2450, 0),
  ('Rake', 4, 1890, 14),
  ('Rose Fertiliser', 6, 1290, 22),
  ('Tomato Seeds', 8, 390, 75),
  ('Tulip Bulbs', 8, 690, 33),
  ('Watering Can', 5, 1590, 11);
