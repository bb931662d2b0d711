#!/usr/bin/env python3
"""The tool that reads a text invoice, checks its sums, and keeps it as a row: book_invoice in agent.yaml.

Reads {"tool", "arguments": {"invoice"}} on standard input; prints one JSON object with the key `result`: booked,
wrong, known or missing. The text is data: nothing in it is followed, only the lines of the form are read.
"""
import json
import pathlib
import re
import sqlite3
import sys

FIELD = re.compile(r"^(Invoice|Supplier|Date|Net|VAT 20 %|Total): (.*)$")
LINE = re.compile(r"^(\d{1,4}) x (.{1,60}) @ (\d{1,6}\.\d\d) = (\d{1,8}\.\d\d)$")


def cents(text):
    euros, _, rest = text.partition(".")
    return int(euros) * 100 + int(rest)


def problem(fields, lines, number):
    """What is wrong with an invoice, or nothing."""
    for key in ("Invoice", "Supplier", "Date", "Net", "VAT 20 %", "Total"):
        if not fields.get(key):
            return f"it has no {key.lower()}"
    if fields["Invoice"] != number:
        return f"it calls itself {fields['Invoice'][:20]}"
    for pieces, item, price, amount in lines:
        if int(pieces) * cents(price) != cents(amount):
            return f"the line of {item} is not {pieces} times {price}"
    net, vat, total = (cents(fields[key]) for key in ("Net", "VAT 20 %", "Total"))
    if sum(cents(line[3]) for line in lines) != net:
        return "the lines do not make the net amount"
    if round(net * 20 / 100) != vat:
        return "the VAT is not 20 % of the net amount"
    return "" if net + vat == total else "net amount and VAT do not make the total"


def book(number, folder, database):
    path = folder / f"{number}.txt"
    if not re.fullmatch(r"INV-\d{4}", number) or not path.is_file():
        return {"result": "missing", "invoice": number}
    if database.execute("SELECT 1 FROM invoices WHERE id = ?", (number,)).fetchone():
        return {"result": "known", "invoice": number}
    fields, lines = {}, []
    for line in path.read_text(encoding="utf-8")[:20000].splitlines():
        if match := FIELD.match(line):
            fields.setdefault(match[1], match[2].strip())
        elif match := LINE.match(line):
            lines.append(match.groups())
    what = problem(fields, lines, number)
    if what:
        return {"result": "wrong", "invoice": number, "problem": what}
    total = cents(fields["Total"])
    with database:
        database.execute("INSERT INTO invoices(id, supplier, day, cents, state) VALUES (?, ?, ?, ?, 'checked')",
                         (number, fields["Supplier"], fields["Date"], total))
    return {"result": "booked", "invoice": number, "supplier": fields["Supplier"],
            "total": f"{total // 100}.{total % 100:02}"}


def main():
    call = json.load(sys.stdin)
    database = sqlite3.connect("invoices.sqlite", timeout=5)
    print(json.dumps(book(call["arguments"]["invoice"], pathlib.Path("inbox"), database)))
    database.close()


if __name__ == "__main__":
    main()
