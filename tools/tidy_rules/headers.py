"""Each header compiles alone (slow: a compiler run a header; tools/tidy --headers)."""
import concurrent.futures
import json
import os
import shlex
import subprocess

from .tree import Finding


def include_flags(root):
    """-I and -isystem of the configured builds, so that foreign headers are found."""
    flags = {f"-I{root / 'src'}": None, f"-I{root / 'bridge' / 'include'}": None}
    for database in sorted((root / "build").glob("*/compile_commands.json")):
        for entry in json.loads(database.read_text(encoding="utf-8")):
            words = shlex.split(entry["command"])
            for word, following in zip(words, words[1:] + [""]):
                if word.startswith("-I") and len(word) > 2:
                    flags[word] = None
                elif word == "-isystem":
                    flags[f"-isystem{following}"] = None
    return list(flags)


def compile_alone(root, source, flags):
    # Kernels include what their own flags allow.
    machine = ["-march=native"] if source.path.startswith("src/kernels/") else []
    done = subprocess.run(
        [os.environ.get("CXX", "g++"), "-std=c++20", "-fsyntax-only", "-x", "c++", *machine, *flags, source.path],
        cwd=root, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    errors = [line for line in done.stderr.splitlines() if "error:" in line]
    return Finding(source.path, 1, "header_alone", (errors or ["does not compile"])[0])


def check(tree):
    headers = [s for s in tree.cpp() if s.path.startswith("src/") and s.path.endswith(".h")]
    flags = include_flags(tree.root)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for finding in pool.map(lambda s: compile_alone(tree.root, s, flags), headers):
            if finding:
                yield finding
