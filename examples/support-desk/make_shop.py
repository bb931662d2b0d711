#!/usr/bin/env python3
"""Writes the support desk's shop: invented customers, orders, products, stock and discount codes.

The same seed gives the same rows. Nobody in it exists: names are drawn from two short lists, addresses
end in domains that are reserved for examples (RFC 2606). Only Python's standard library is used.

    make_shop.py [--seed N] [--out shop.sqlite]
"""
import argparse
import datetime
import os
import random
import sqlite3

TODAY = datetime.date(2026, 11, 20)  # fixed, so that a seed means one database

SCHEMA = """
CREATE TABLE customers(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, city TEXT NOT NULL);
CREATE TABLE products(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, category TEXT NOT NULL,
  price_cents INTEGER NOT NULL CHECK (price_cents > 0));
CREATE TABLE stock(
  product_id INTEGER PRIMARY KEY REFERENCES products(id),
  units INTEGER NOT NULL CHECK (units >= 0),
  restock_on TEXT);  -- next delivery to the warehouse, when one is planned
CREATE TABLE discount_codes(
  code TEXT PRIMARY KEY, percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 90),
  valid_until TEXT NOT NULL);
CREATE TABLE orders(
  id TEXT PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
  status TEXT NOT NULL CHECK (status IN ('placed','packed','shipped','delivered','cancelled')),
  placed_on TEXT NOT NULL, shipped_on TEXT, expected_on TEXT, delivered_on TEXT,
  carrier TEXT, tracking TEXT);
CREATE TABLE order_items(
  order_id TEXT NOT NULL REFERENCES orders(id), product_id INTEGER NOT NULL REFERENCES products(id),
  quantity INTEGER NOT NULL CHECK (quantity > 0), PRIMARY KEY (order_id, product_id));
CREATE TABLE tickets(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, customer_id INTEGER REFERENCES customers(id),
  order_id TEXT REFERENCES orders(id), subject TEXT NOT NULL, message TEXT,
  state TEXT NOT NULL DEFAULT 'open');
CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

PRODUCTS = [  # name, category, price in cents
    ("Kestrel Tent 2P", "tents", 18900), ("Kestrel Tent 3P", "tents", 23900),
    ("Heron Family Tent", "tents", 39900), ("Wren Bivy Bag", "tents", 7900),
    ("Boreal Sleeping Bag", "sleeping", 12900), ("Dormouse Sleeping Bag", "sleeping", 8900),
    ("Drift Sleeping Mat", "sleeping", 4500), ("Cloud Inflatable Mat", "sleeping", 6900),
    ("Birch Camp Pillow", "sleeping", 1900), ("Hawthorn Hammock", "sleeping", 5400),
    ("Alder Daypack", "packs", 6400), ("Rowan Trekking Pack 50", "packs", 13900),
    ("Rowan Trekking Pack 65", "packs", 15900), ("Juniper Hip Pack", "packs", 3200),
    ("Puffin Dry Bag 20L", "packs", 2400), ("Puffin Dry Bag 40L", "packs", 3400),
    ("Firefly Headlamp", "lights", 3900), ("Glowworm Lantern", "lights", 2900),
    ("Beacon Torch", "lights", 2200), ("Sunbird Solar Charger", "power", 7400),
    ("Ember Camp Stove", "cooking", 5900), ("Ember Gas Canister", "cooking", 690),
    ("Copper Kettle", "cooking", 2700), ("Bracken Cook Set", "cooking", 4900),
    ("Tern Titanium Spork", "cooking", 890), ("Thermo Flask 750", "cooking", 2600),
    ("Sparrow Camp Chair", "furniture", 4200), ("Thistle Folding Table", "furniture", 5600),
    ("Foxglove Picnic Blanket", "furniture", 2300),
    ("Mistral Rain Jacket", "clothing", 14900), ("Mistral Rain Trousers", "clothing", 9900),
    ("Fjord Fleece", "clothing", 7200), ("Tundra Down Jacket", "clothing", 21900),
    ("Summit Wool Socks", "clothing", 1800), ("Lichen Gloves", "clothing", 2900),
    ("Merino Beanie", "clothing", 2500), ("Bramble Gaiters", "clothing", 3600),
    ("Ridge Hiking Boots", "shoes", 16900), ("Brook Sandals", "shoes", 7900),
    ("Granite Trekking Poles", "hiking", 6700), ("Otter Water Filter", "hiking", 4400),
    ("Otter Water Bottle", "hiking", 1700), ("Badger Multitool", "hiking", 5200),
    ("Polaris Compass", "hiking", 3100), ("Swift First Aid Kit", "hiking", 2800),
    ("Heather Map Case", "hiking", 1600), ("Pine Repair Kit", "hiking", 1400),
    ("Midge Head Net", "hiking", 1200), ("Moss Travel Towel", "hiking", 1900),
    ("Glacier Sunglasses", "hiking", 5800), ("Cairn Climbing Rope", "climbing", 13400),
    ("Cairn Harness", "climbing", 6900), ("Cairn Helmet", "climbing", 6200),
    ("Cairn Chalk Bag", "climbing", 2100), ("Quarry Crampons", "climbing", 11900),
    ("Glacier Ice Axe", "climbing", 9400),
]

CODES = [  # code, percent, days that it is still valid (negative: expired)
    ("SPRING15", 15, 140), ("WELCOME10", 10, 400), ("HIKER20", 20, 40), ("TRAIL5", 5, 300),
    ("SUMMER25", 25, -80), ("CLUB30", 30, 90),
]

FIRST = """Ada Bram Cleo Dario Edda Farid Greta Hanno Ines Jaro Kaya Lorin Mira Nuri Orla Pavel Quinn
Rafa Selma Tomas Una Vito Wanda Yara Zeno Alva Bente Cato Delia Emre""".split()
LAST = """Almstad Brenkow Castermann Dalveen Elmgreen Fennwick Garrowby Hollmere Istrand Jovanec Kestermans
Lindqvar Morrowdale Nordhaven Ostrelli Pellbrook Quistgard Ravensund Stellmark Thornquay Ulvering
Vantorre Westermoor Yarrowby Zellweger-Roth""".split()
CITIES = ["Ardenholm", "Brackwater", "Calderon Bay", "Dunmere", "Eastvale", "Fairlock", "Grenholt"]
DOMAINS = ["example.com", "example.org", "example.net"]
CARRIERS = ["Northline", "ParcelFox", "Swiftpost"]


def day(offset):
    return (TODAY + datetime.timedelta(days=offset)).isoformat()


def fill_customers(db, rng, count):
    names = [(first, last) for first in FIRST for last in LAST]
    for number, (first, last) in enumerate(rng.sample(names, count), start=1):
        local = f"{first}.{last}".lower().replace(" ", "")
        db.execute("INSERT INTO customers VALUES (?,?,?,?)",
                   (number, f"{first} {last}", f"{local}@{rng.choice(DOMAINS)}", rng.choice(CITIES)))


def fill_products(db, rng):
    for number, (name, category, price) in enumerate(PRODUCTS, start=1):
        db.execute("INSERT INTO products VALUES (?,?,?,?)", (number, name, category, price))
        units = rng.choice([0, 0, 2, 5, 8, 12, 19, 27, 40, 64])
        restock = day(rng.randint(3, 30)) if units < 5 else None
        db.execute("INSERT INTO stock VALUES (?,?,?)", (number, units, restock))
    for code, percent, days in CODES:
        db.execute("INSERT INTO discount_codes VALUES (?,?,?)", (code, percent, day(days)))


def order_row(rng, number, customer, age):
    """An order placed `age` days ago, as far along as its age allows."""
    order_id = f"A-{20000 + number}"
    row = [order_id, customer, "placed", day(-age), None, day(4 - age + 2), None, None, None]
    if rng.random() < 0.06:
        row[2], row[5] = "cancelled", None
        return row
    if age <= 1:
        row[2] = rng.choice(["placed", "packed"])
        return row
    row[4], row[7] = day(1 - age), rng.choice(CARRIERS)
    row[8] = f"{row[7][:2].upper()}{rng.randint(10**8, 10**9 - 1)}"
    row[5] = day(6 - age)
    row[2] = "shipped" if age <= 5 else "delivered"
    if row[2] == "delivered":
        row[6] = day(min(0, rng.randint(4, 7) - age))
    return row


def fill_orders(db, rng, customers, count):
    for number in range(1, count + 1):
        # The newest third is at most six days old, so that every status is there to be asked for.
        recent = number > count * 2 // 3
        age = (count - number) * 6 // (count // 3) if recent else 7 + (count - number) // 4
        row = order_row(rng, number, rng.randint(1, customers), age)
        db.execute("INSERT INTO orders VALUES (?,?,?,?,?,?,?,?,?)", row)
        for product in rng.sample(range(1, len(PRODUCTS) + 1), rng.choice([1, 1, 1, 2, 2, 3])):
            db.execute("INSERT INTO order_items VALUES (?,?,?)",
                       (row[0], product, rng.choice([1, 1, 1, 1, 2, 3])))


def make_shop(path, seed):
    rng = random.Random(seed)
    partial = f"{path}.partial.{os.getpid()}"
    if os.path.exists(partial):
        os.remove(partial)
    db = sqlite3.connect(partial)
    db.executescript(SCHEMA)
    db.execute("INSERT INTO settings VALUES ('today', ?)", (TODAY.isoformat(),))
    fill_customers(db, rng, 240)
    fill_products(db, rng)
    fill_orders(db, rng, 240, 480)
    db.commit()
    db.close()
    os.replace(partial, path)  # a half-written shop never has the shop's name


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description="write the support desk's example database")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", default=os.path.join(here, "shop.sqlite"))
    arguments = parser.parse_args()
    make_shop(arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
