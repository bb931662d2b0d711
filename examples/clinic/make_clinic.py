#!/usr/bin/env python3
"""Writes the clinic's database: invented patients, doctors, free slots and appointments.

The same rows every time; nobody in it exists. Only Python's standard library is used.

    make_clinic.py [--out clinic.sqlite]
"""
import argparse
import datetime
import os
import sqlite3

TODAY = datetime.date(2026, 11, 23)  # a Monday, fixed

SCHEMA = """
CREATE TABLE doctors(
  name TEXT PRIMARY KEY, field TEXT NOT NULL, room TEXT NOT NULL);
CREATE TABLE patients(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL);
CREATE TABLE slots(
  id TEXT PRIMARY KEY, doctor TEXT NOT NULL REFERENCES doctors(name), day TEXT NOT NULL, time TEXT NOT NULL,
  patient TEXT REFERENCES patients(id));
CREATE TABLE refills(
  id INTEGER PRIMARY KEY, patient TEXT NOT NULL REFERENCES patients(id), medicine TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waits for a doctor');
CREATE TABLE medicines(name TEXT PRIMARY KEY, needs_doctor INTEGER NOT NULL);
"""

DOCTORS = [("Dr. Amsel", "general practice", "2"), ("Dr. Bergmann", "paediatrics", "4"),
           ("Dr. Caruso", "skin", "5"), ("Dr. Dorsey", "heart", "7")]
PATIENTS = [("P-1001", "Iris Falk", "0170 555 0101"), ("P-1002", "Jonah Reed", "0170 555 0102"),
            ("P-1003", "Lena Moser", "0170 555 0103"), ("P-1004", "Omar Haddad", "0170 555 0104"),
            ("P-1005", "Pia Lund", "0170 555 0105"), ("P-1006", "Rafi Stern", "0170 555 0106")]
MEDICINES = [("Levothyroxine", 0), ("Ibuprofen", 0), ("Metoprolol", 1), ("Amoxicillin", 1), ("Salbutamol", 0)]
TAKEN = {3: "P-1001", 9: "P-1002", 14: "P-1003", 22: "P-1005"}


def write(path):
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    database.executemany("INSERT INTO doctors VALUES (?, ?, ?)", DOCTORS)
    database.executemany("INSERT INTO patients VALUES (?, ?, ?)", PATIENTS)
    database.executemany("INSERT INTO medicines VALUES (?, ?)", MEDICINES)
    number = 0
    for day in range(1, 5):
        for doctor, _, _ in DOCTORS:
            for time in ("09:00", "14:30"):
                number += 1
                date = (TODAY + datetime.timedelta(days=day)).isoformat()
                database.execute("INSERT INTO slots VALUES (?, ?, ?, ?, ?)",
                                 (f"S-{number:03}", doctor, date, time, TAKEN.get(number)))
    database.commit()
    database.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="clinic.sqlite")
    out = parser.parse_args().out
    if os.path.exists(out):
        os.remove(out)
    write(out)
    print(f"{out}: {len(DOCTORS)} doctors, {len(PATIENTS)} patients, 32 slots")


if __name__ == "__main__":
    main()
