"""What each file must be: listed by a build file or included by somebody, free of traces of one
machine, binary only as test data, its open ends tied to an issue, its decision numbered once."""
import re

from .layers import module_arguments
from .tree import Finding

OPEN_END = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))")
MACHINE_PATH = re.compile(r"(?<![\w.$}<])/(?:work|root|home)/")
PACKAGE_HOST = re.compile(r"\b(?:files\.pythonhosted\.org|pypi\.org|index\.crates\.io|static\.crates\.io|"
                          r"registry\.npmjs\.org|proxy\.golang\.org|deb\.debian\.org|repo1?\.maven\.(?:apache\.)?org)\b")
CODE = (".cpp", ".h", ".rs", ".py", ".cmake", ".sh", ".ts")

# These talk about the very things they look for.
OWN = ("tools/tidy", "tests/tools/")


def check(tree):
    for source in tree.sources:
        if not source.path.startswith(OWN):
            yield from check_text(source)
    yield from check_binaries(tree)
    yield from check_headers(tree)
    yield from check_listed(tree)
    yield from check_corpora(tree)
    yield from check_decisions(tree)


def check_text(source):
    is_code = source.path.endswith(CODE) or source.name in ("CMakeLists.txt", "Makefile")
    for number, line in enumerate(source.lines, 1):
        if is_code and OPEN_END.search(line):
            yield Finding(source.path, number, "open_end", "name the issue, TODO(#123), or finish it")
        if MACHINE_PATH.search(line):
            yield Finding(source.path, number, "machine_path", "a path of one machine")
        if PACKAGE_HOST.search(line) and source.name not in ("Cargo.lock", "package-lock.json"):
            yield Finding(source.path, number, "package_host",
                          "the machine's own client knows its package sources: name none")


def check_binaries(tree):
    for path in tree.binaries:
        if not path.startswith(("tests/", "fuzz/")):
            yield Finding(path, 1, "binary", "only test data may be binary: what a tool made is not committed")


def check_headers(tree):
    included = set()
    for source in tree.cpp():
        for name in re.findall(r'^\s*#\s*include\s+["<]([^">]+)[">]', source.text, re.M):
            included |= {name, f"{source.folder}/{name}"}
    for source in tree.cpp():
        if not source.path.endswith(".h"):
            continue
        if "#pragma once" not in source.text and not source.path.startswith("bridge/"):
            yield Finding(source.path, 1, "header", "needs #pragma once")
        short = source.path.removeprefix("src/").removeprefix("tests/")
        names = {source.path, short, short.split("/", 1)[-1], source.name}
        if not names & included and source.path != "cmake/pch.h":
            yield Finding(source.path, 1, "dead_file", "no file includes this header")


def check_listed(tree):
    """Each .cpp is named by the CMakeLists.txt of its folder or of one above it."""
    lists = {}
    for source in tree.sources:
        if source.name == "CMakeLists.txt" or source.path.endswith(".cmake"):
            lists[source.folder] = lists.get(source.folder, "") + "\n" + source.text
    for source in tree.cpp():
        if source.path.endswith(".cpp") and not is_listed(source, lists):
            yield Finding(source.path, 1, "dead_file", "no CMakeLists.txt above it names this file")
    for source in tree.sources:
        if source.name == "CMakeLists.txt" and source.module:
            yield from check_named_files(tree, source)


def is_listed(source, lists):
    parts = source.path.split("/")
    for depth in range(len(parts) - 1, -1, -1):
        folder, rest = "/".join(parts[:depth]), "/".join(parts[depth:])
        if re.search(r"(?<![\w/])" + re.escape(rest) + r"\b", lists.get(folder, "")):
            return True
        if re.search(r"/" + re.escape(rest) + r"\b", lists.get(folder, "")):
            return True
    return source.path in "\n".join(lists.values())


def check_named_files(tree, source):
    arguments = module_arguments(source.text)
    for name in arguments.get("SOURCES", []) + arguments.get("TESTS", []):
        if name.endswith(".cpp") and not name.startswith("$") and f"{source.folder}/{name}" not in tree.by_path:
            yield Finding(source.path, 1, "dead_file", f"names '{name}', which does not exist")


def check_corpora(tree):
    """Each fuzz target replays a corpus; a corpus without a target would never run."""
    fuzz = tree.by_path.get("fuzz/CMakeLists.txt")
    targets = set(re.findall(r"outpost_fuzz\(NAME\s+(\w+)", fuzz.text)) if fuzz else set()
    root = tree.root / "fuzz" / "corpus"
    folders = {p.name for p in root.iterdir() if p.is_dir()} if root.is_dir() else set()
    for name in sorted(targets - folders):
        yield Finding("fuzz/CMakeLists.txt", 1, "corpus", f"target '{name}' has no folder fuzz/corpus/{name}")
    for name in sorted(folders - targets):
        yield Finding("fuzz/CMakeLists.txt", 1, "corpus", f"fuzz/corpus/{name} belongs to no target")


def check_decisions(tree):
    seen = {}
    for source in tree.sources:
        if source.folder != "docs/adr" or source.name == "README.md":
            continue
        match = re.match(r"(\d{4})-[a-z0-9-]+\.md$", source.name)
        if not match:
            yield Finding(source.path, 1, "decision", "name it NNNN-title.md")
            continue
        number = match.group(1)
        if number in seen:
            yield Finding(source.path, 1, "decision", f"number {number} is taken by {seen[number]}")
        seen.setdefault(number, source.path)
        if not source.text.startswith(f"# {int(number)}. "):
            yield Finding(source.path, 1, "decision", f"begin with '# {int(number)}. '")
