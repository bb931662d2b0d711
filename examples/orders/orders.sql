-- A wholesaler of tea and coffee. Shops, orders and products are invented.
CREATE TABLE products(name TEXT PRIMARY KEY, cents INTEGER NOT NULL, boxes INTEGER NOT NULL);
CREATE TABLE orders(
  id TEXT PRIMARY KEY, shop TEXT NOT NULL, product TEXT NOT NULL REFERENCES products(name), boxes INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'packed', 'sent', 'cancelled')), day TEXT NOT NULL, remark TEXT NOT NULL DEFAULT '');
CREATE TABLE credits(id INTEGER PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders(id), euros INTEGER NOT NULL);
INSERT INTO products VALUES ('Assam Leaf', 1450, 120), ('Earl Grey', 1390, 64), ('Green Sencha', 1820, 0),
  ('House Espresso', 2150, 210), ('Decaf Blend', 2290, 18), ('Peppermint', 990, 75), ('Rooibos', 1080, 40);
INSERT INTO orders(id, shop, product, boxes, state, day) VALUES
  ('W-3001', 'Cafe Mirabel', 'House Espresso', 12, 'sent', 'monday'), ('W-3002', 'Cafe Mirabel', 'Peppermint', 4, 'open', 'friday'),
  ('W-3003', 'Harbour Kiosk', 'Assam Leaf', 6, 'packed', 'wednesday'), ('W-3004', 'Old Mill Inn', 'Earl Grey', 10, 'open', 'thursday'),
  ('W-3005', 'Old Mill Inn', 'Rooibos', 3, 'cancelled', 'tuesday'), ('W-3006', 'Book Corner', 'Decaf Blend', 5, 'open', 'friday'),
  ('W-3007', 'Harbour Kiosk', 'House Espresso', 8, 'open', 'monday'), ('W-3008', 'Book Corner', 'Earl Grey', 2, 'sent', 'tuesday');
