-- The register of an invented engineering office's documents.
CREATE TABLE documents(
  id TEXT PRIMARY KEY, title TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'archived')),
  access TEXT NOT NULL CHECK (access IN ('public', 'internal')), holder TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '');
CREATE TABLE shipments(id INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents(id), email TEXT NOT NULL);
INSERT INTO documents(id, title, version, state, access, holder) VALUES
  ('D-201', 'Bridge Inspection Report', 3, 'approved', 'public', ''), ('D-202', 'Pump Manual', 7, 'approved', 'public', 'Ebba'),
  ('D-203', 'Salary Table', 2, 'approved', 'internal', ''), ('D-204', 'Fire Safety Plan', 1, 'draft', 'internal', ''),
  ('D-205', 'Tender Offer North', 4, 'draft', 'internal', 'Ruben'), ('D-206', 'Welding Guideline', 5, 'approved', 'public', ''),
  ('D-207', 'Visitor Rules', 2, 'archived', 'public', ''), ('D-208', 'Crane Checklist', 1, 'draft', 'public', '');
