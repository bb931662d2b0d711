#!/usr/bin/env python3
"""Instructions of the matmul kernels per 1,000 multiply-adds, against a budget.

    check_budgets.py BUDGETS REPEAT_MATMUL QEMU [QEMU OPTION...]

Runs repeat_matmul under QEMU's user-mode emulation with a plugin that counts instructions, twice for each line of
BUDGETS, and divides the difference by the multiply-adds between. Emulation executes every instruction as the
processor would, so the count is exact and the same on every machine; of speed it says as much as the processor is
bound by the instructions it can take.
Exit status: 0 all within budget, 1 one is above it or more than a tenth below (lower it, to keep what was won),
77 there is no emulator or no C compiler (ctest shows that as skipped).
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PLUGIN_SOURCE = pathlib.Path(__file__).with_name("count_instructions.c")
SLACK = 0.9


def count(emulator, plugin, program, calls):
    command = [emulator[0], "-plugin", plugin, "-d", "plugin", *emulator[1:], *program, str(calls)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    found = re.search(r"^instructions (\d+)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not found:
        raise SystemExit(f"check_budgets: {' '.join(map(str, command))}: {done.stdout.strip()}")
    return int(found[1])


def per_thousand(emulator, plugin, repeat_matmul, isa, encoding, rows, cols, batch):
    program = [repeat_matmul, isa, encoding, rows, cols, batch]
    once, thrice = (count(emulator, plugin, program, calls) for calls in (1, 3))
    return (thrice - once) * 1000 / (2 * int(rows) * int(cols) * int(batch))


def main():
    budgets, repeat_matmul, *emulator = sys.argv[1:]
    if shutil.which(emulator[0]) is None or shutil.which("cc") is None:
        print(f"skipped: no program '{emulator[0]}', or no 'cc'")
        return 77
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        plugin = pathlib.Path(folder) / "count_instructions.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", PLUGIN_SOURCE, "-o", plugin], check=True)
        for line in pathlib.Path(budgets).read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            *case, budget = line.split()
            used = per_thousand(emulator, plugin, repeat_matmul, *case)
            is_right = SLACK * float(budget) <= used <= float(budget)
            wrong += not is_right
            print(f"{'ok   ' if is_right else 'WRONG'} {' '.join(case):40} {used:7.1f} of {budget}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
