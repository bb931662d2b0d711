"""Includes and CMake DEPS may only go down the list of modules in the root CMakeLists.txt."""
import re

from .tree import Finding

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def module_arguments(text):
    """The keyword arguments of outpost_module(...), with ${variables} of the same file put in."""
    text = re.sub(r"#[^\n]*", "", text)
    values = {name: words for name, words in re.findall(r"\bset\((\w+)\s+([^)]*)\)", text)}
    for name, words in re.findall(r"\blist\(APPEND\s+(\w+)\s+([^)]*)\)", text):
        values[name] = values.get(name, "") + " " + words
    for _ in range(5):  # variables made of variables
        text = re.sub(r"\$\{(\w+)\}", lambda m: values.get(m.group(1), m.group(0)), text)
    call = re.search(r"\boutpost_module\(([^)]*)\)", text)
    arguments, keyword = {}, None
    for word in call.group(1).split() if call else []:
        if word in ("NAME", "SOURCES", "DEPS", "LIBS", "TESTS", "TEST_LIBS", "NO_PCH"):
            keyword = word
            arguments.setdefault(keyword, [])
        elif keyword:
            arguments[keyword].append(word)
    return arguments


def reachable(start, deps):
    seen, todo = set(), [start]
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo.extend(deps.get(module, []))
    return seen


def check(tree):
    rank = {module: index for index, module in enumerate(tree.modules)}
    deps = {}
    for source in tree.sources:
        if source.name == "CMakeLists.txt" and source.module in rank and source.path.count("/") == 2:
            deps[source.module] = module_arguments(source.text).get("DEPS", [])
            yield from check_deps(source, deps[source.module], rank)
    for source in tree.cpp():
        if source.module is not None:
            yield from check_includes(tree, source, rank, deps)


def check_deps(source, deps, rank):
    for dep in deps:
        if dep not in rank:
            yield Finding(source.path, 1, "layers", f"DEPS names '{dep}', which is no module")
        elif rank[dep] >= rank[source.module]:
            yield Finding(source.path, 1, "layers",
                          f"DEPS of '{source.module}' names '{dep}', which is not below it")


def check_includes(tree, source, rank, deps):
    if source.module not in rank:
        yield Finding(source.path, 1, "layers",
                      f"folder '{source.module}' is not in the module list of the root CMakeLists.txt")
        return
    allowed = reachable(source.module, deps)
    for number, line in enumerate(source.lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match.group(1).split("/")[0]
        if "/" not in match.group(1):
            if not match.group(1).startswith("outpost_"):  # the bridge's header
                yield Finding(source.path, number, "layers", f'write "{source.module}/{match.group(1)}"')
        elif target not in rank:
            if source.is_test and f"tests/{match.group(1)}" in tree.by_path:
                continue
            yield Finding(source.path, number, "layers", f"'{target}' is no module")
        elif rank[target] > rank[source.module]:
            yield Finding(source.path, number, "layers",
                          f"'{source.module}' may not include '{target}', which is above it")
        elif source.module in deps and target not in allowed and not source.is_test:
            yield Finding(source.path, number, "layers",
                          f"'{target}' is missing in the DEPS of '{source.module}'")
