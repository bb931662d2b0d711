#!/usr/bin/env python3
"""Random texts under each schema must be valid JSON, without white space outside strings, and valid
under the schema as PyPI `jsonschema` reads it.

    check_schemas.py SCHEMA_WALK FOLDER [--count 20] [--seed 1]

Exit status: 0 all valid, 1 a text is not, 77 the package is missing (ctest shows that as skipped).
"""
import argparse
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: the Python package 'jsonschema' is not installed (pip install jsonschema)")
    sys.exit(77)


# As jsonschema checks them, but for the two whose checkers refuse the leap second that RFC 3339 allows.
FORMATS = jsonschema.FormatChecker(
    set(jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers) - {"date-time", "time"})


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def check(walk, path, count, seed):
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=FORMATS)
    run = subprocess.run([walk, path, str(count), str(seed)], capture_output=True)
    if run.returncode != 0:
        return [run.stderr.decode(errors="replace")]
    faults = []
    lines = run.stdout.decode("utf-8").split("\n")[:-1]
    if len(lines) != count:
        faults.append(f"{len(lines)} texts instead of {count}")
    for line in lines:
        value = json.loads(line)
        faults += [f"{line}: {error.message}" for error in validator.iter_errors(value)]
        # Escapes and numbers may be spelled in several ways; what is outside strings may not.
        if len(line) > len(compact(value)) and any(c in outside_strings(line) for c in " \t\r\n"):
            faults.append(f"white space in {line}")
    return faults


def outside_strings(text):
    kept, in_string, escaped = [], False, False
    for c in text:
        if in_string:
            in_string = escaped or c != '"'
            escaped = c == "\\" and not escaped
        else:
            in_string = c == '"'
            kept.append(c)
    return "".join(kept)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("schema_walk")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    schemas = sorted(options.folder.glob("*.json"))
    bad = 0
    for path in schemas:
        for fault in check(options.schema_walk, path, options.count, options.seed):
            print(f"{path.name} (seed {options.seed}): {fault}")
            bad += 1
    print(f"{len(schemas)} schemas, {options.count} texts each, {bad} faults")
    return 1 if bad or not schemas else 0


if __name__ == "__main__":
    sys.exit(main())
