#!/usr/bin/env python3
"""No function that any file may share is compiled with the flags of one instruction set.

    check_symbols.py BUILD_FOLDER

The linker keeps one of several copies of an inline function. A copy out of a file compiled for AVX-512 may be the
one that the whole program calls, and ends it on an older machine. So in the objects of such files a weak function must
belong to a namespace of that instruction set, by itself or by a template argument.
Exit status: 0 nothing leaks, 1 something does, 77 there is nothing to read (ctest shows that as skipped).
"""
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

WEAK_FUNCTION = set("Ww")  # of nm; constants may be shared, they hold no instructions
ISA_FLAG = re.compile(r"-m(avx|fma|f16c|sse4|arch=|cpu=)")


def commands(folder):
    path = folder / "compile_commands.json"
    for entry in json.loads(path.read_text()) if path.exists() else []:
        words = shlex.split(entry["command"])
        if any(ISA_FLAG.match(word) for word in words):
            yield pathlib.Path(entry["file"]), pathlib.Path(entry["directory"]) / words[words.index("-o") + 1]


def weak_functions(path):
    listing = subprocess.run(["nm", "--demangle", "--defined-only", path], stdout=subprocess.PIPE, text=True, check=True)
    for line in listing.stdout.splitlines():
        fields = line.split(" ", 2)
        if len(fields) == 3 and fields[1] in WEAK_FUNCTION:
            yield fields[2]


def main():
    if shutil.which("nm") is None:
        print("skipped: no program 'nm'")
        return 77
    read = leaks = 0
    for source, built in commands(pathlib.Path(sys.argv[1])):
        if not built.exists():
            continue
        read += 1
        isa = source.parent.name  # the folder is named as its namespace
        for symbol in weak_functions(built):
            if f"kernels::{isa}::" not in symbol:
                leaks += 1
                print(f"{source.parent.name}/{source.name}: {symbol}")
    print(f"{read} objects of instruction sets, {leaks} functions that others may share")
    if read == 0:
        print("skipped: no such object is built here")
        return 77
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
