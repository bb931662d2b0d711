#!/usr/bin/env python3
"""Makes the examples' databases from their scripts: NAME.sqlite beside each NAME.sql, anew.

`outpost run` needs them; `outpost eval` makes its own copies. Only Python's standard library is used.

    make_databases.py [FOLDER...]      all examples if none is named
"""
import pathlib
import sqlite3
import sys


def main():
    here = pathlib.Path(__file__).resolve().parent
    folders = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(here.iterdir())
    for script in (script for folder in folders for script in sorted(folder.glob("*.sql"))):
        made = script.with_suffix(".sqlite")
        made.unlink(missing_ok=True)
        database = sqlite3.connect(made)
        database.executescript(script.read_text(encoding="utf-8"))
        database.close()
        print(made)


if __name__ == "__main__":
    main()
