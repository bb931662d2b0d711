#!/usr/bin/env python3
"""Writes the example's text invoices: invented suppliers, some with mistakes that a check must find.

The same seed gives the same files. Only Python's standard library is used.

    make_inbox.py [--seed N] [--out inbox]
"""
import argparse
import pathlib
import random

SUPPLIERS = ["Birch & Sons", "Copperfield Tools", "Delta Paper", "Lumen Electric", "Nordic Cleaning"]
ITEMS = {"Birch & Sons": ["Oak plank", "Pine board", "Wood screws"],
         "Copperfield Tools": ["Claw hammer", "Drill bit set", "Work gloves"],
         "Delta Paper": ["Copy paper", "Envelopes", "Card stock"],
         "Lumen Electric": ["LED panel", "Cable reel", "Wall switch"],
         "Nordic Cleaning": ["Floor cleaner", "Mop head", "Window wipe"]}
# Which invoice has which mistake; the others are sound.
MISTAKES = {"INV-2003": "line", "INV-2006": "vat", "INV-2009": "total", "INV-2011": "no date"}


def euros(cents):
    return f"{cents // 100}.{cents % 100:02}"


def invoice(rng, number):
    name = f"INV-{number}"
    mistake = MISTAKES.get(name)
    supplier = SUPPLIERS[number % len(SUPPLIERS)]
    lines, net = [], 0
    for item in rng.sample(ITEMS[supplier], rng.randint(1, 3)):
        pieces, price = rng.randint(1, 12), rng.randrange(300, 6000, 5)
        amount = pieces * price
        wrong = 1000 if mistake == "line" and not lines else 0
        lines.append(f"{pieces} x {item} @ {euros(price)} = {euros(amount + wrong)}")
        net += amount + wrong
    vat = round(net * 20 / 100) + (500 if mistake == "vat" else 0)
    total = net + vat - (1800 if mistake == "total" else 0)
    date = "" if mistake == "no date" else f"2026-11-{rng.randint(1, 20):02}"
    return name, "\n".join([f"Invoice: {name}", f"Supplier: {supplier}", f"Date: {date}", "", *lines, "",
                            f"Net: {euros(net)}", f"VAT 20 %: {euros(vat)}", f"Total: {euros(total)}", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--out", default="inbox", type=pathlib.Path)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    options.out.mkdir(exist_ok=True)
    for number in range(2001, 2013):
        name, text = invoice(rng, number)
        (options.out / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
