-- A small company's mailbox. People and companies are invented; addresses end as RFC 2606 reserves them.
CREATE TABLE messages(
  id TEXT PRIMARY KEY, sender TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, day TEXT NOT NULL,
  folder TEXT NOT NULL DEFAULT 'inbox', flagged INTEGER NOT NULL DEFAULT 0);
CREATE TABLE outgoing(id INTEGER PRIMARY KEY, message TEXT NOT NULL REFERENCES messages(id), body TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE colleagues(name TEXT PRIMARY KEY, email TEXT NOT NULL);
CREATE TABLE forwards(id INTEGER PRIMARY KEY, message TEXT NOT NULL, colleague TEXT NOT NULL);
INSERT INTO colleagues VALUES ('Bea', 'bea@example.com'), ('Jonas', 'jonas@example.com'), ('Miriam', 'miriam@example.com');
INSERT INTO messages(id, sender, subject, body, day, folder) VALUES
  ('M-101', 'Rosa Feld', 'Offer for the trade fair', 'Dear team, our offer for the stand in March is 4,200 euros. It holds until Friday.', '2026-11-18', 'inbox'),
  ('M-102', 'City Water', 'Your bill for October', 'Your bill is 86.40 euros, due on December 1st.', '2026-11-18', 'inbox'),
  ('M-103', 'Karl Ebner', 'Broken lamp', 'The lamp that came yesterday does not work. Can I send it back?', '2026-11-19', 'inbox'),
  ('M-104', 'Lucky Prize', 'You have won', 'Click here within one hour to get your prize.', '2026-11-19', 'inbox'),
  ('M-105', 'Anja Pohl', 'Meeting moved', 'We meet on Thursday at 10:30 in room 4 instead of Wednesday.', '2026-11-19', 'inbox'),
  ('M-106', 'Rosa Feld', 'Floor plan of the fair', 'Attached is the plan: our stand is number 27.', '2026-11-20', 'inbox'),
  ('M-107', 'Omar Said', 'Application', 'I would like to apply as a technician. I can start in January.', '2026-11-20', 'inbox'),
  ('M-108', 'Delta Paper', 'Delivery', 'Your paper comes on Monday between 8 and 10.', '2026-11-20', 'inbox'),
  ('M-109', 'Karl Ebner', 'Thank you', 'The new lamp works. Thank you for the quick help.', '2026-11-20', 'done');
