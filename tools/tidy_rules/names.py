"""Files of one folder are compiled as one under the sanitizers (outpost_unity in cmake/OutpostModule.cmake),
where their unnamed namespaces are one: a name may stand there once, and no constant of a function may have it, either."""
import collections
import re

from .tree import Finding

_NAMESPACE = re.compile(r"(?:^|[;}\s])namespace\s*([\w:]*)\s*$")
_TYPE = re.compile(r"^(?:struct|class|union|enum(?:\s+class)?)\s+(\w+)")
_ALIAS = re.compile(r"^(?:using\b|namespace\b|friend\b|static_assert\b)")  # the same twice is no clash
_FUNCTION = re.compile(r"([\w:~]+)\s*\(")
_VARIABLE = re.compile(r"(\w+)\s*(?:\[[^\]]*\]\s*)*$")
_LOCAL = re.compile(r"^[ \t]+(?:static )?constexpr [^=;(){}]*?\b(k[A-Z]\w*)(?=\[|\s*[={])", re.M)
_TESTING = re.compile(r"^(?:TEST(?:_[FP])?|INSTANTIATE_TEST_SUITE_P|MATCHER(?:_P\d*)?|PrintTo)$")


def declared_name(text):
    """The name that a declaration at namespace scope brings, or None."""
    text = re.sub(r"\[\[.*?\]\]", "", " ".join(text.split()))
    text = re.sub(r"^template\s*<.*?>\s*(?=\w)", "", text)
    if not text or _ALIAS.match(text):
        return None
    if match := _TYPE.match(text):
        return match.group(1)
    head = text.split("=", 1)[0].strip() if "operator" not in text else text
    if match := _FUNCTION.search(head):
        name = match.group(1)
        return None if "::" in name or _TESTING.match(name) else name
    match = _VARIABLE.search(head)
    return match.group(1) if match else None


def unnamed(code):
    """(name, line) of what a file declares in its unnamed namespace."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), code, flags=re.M)
    scopes, start = [], 0  # a namespace's name, or None for any other brace
    for match in re.finditer(r"[{};]", code):
        text, at_namespace = code[start:match.start()], None not in scopes
        mark, begin, start = match.group(0), start, match.end() if at_namespace else start
        if mark == "}":
            if scopes:
                scopes.pop()
            start = match.end()
            continue
        is_scope = mark == "{" and at_namespace and _NAMESPACE.search(text)
        if at_namespace and not is_scope and "" in scopes:
            if name := declared_name(text):
                yield name, code.count("\n", 0, begin + len(text) - len(text.lstrip())) + 1
        if mark == "{":
            scopes.append(is_scope.group(1) if is_scope else None)


def group_of(source):
    """What outpost_unity may compile together: a module's folder at the first level; kernels are apart."""
    parts = source.path.split("/")
    if len(parts) < 3 or parts[0] != "src" or not source.path.endswith(".cpp") or parts[1] == "kernels" and parts[2] in (
            "scalar", "avx2", "avx512", "avx_vnni", "neon", "neon_dotprod", "neon_i8mm"):
        return None
    return (*parts[1:-1][:2], source.path.endswith("_test.cpp"))


def shadowed(seen, tree):
    for source in tree.cpp():
        names = seen.get(group_of(source), {})
        for match in _LOCAL.finditer(source.code):
            other = names.get(match.group(1), source.path)
            if other != source.path:
                yield Finding(source.path, source.code.count("\n", 0, match.start(1)) + 1, "names",
                              f"'{match.group(1)}' hides that of {other}, which is compiled together with this file: "
                              "another name")


def check(tree):
    seen = collections.defaultdict(dict)
    for source in tree.cpp():
        group = group_of(source)
        if group is None:
            continue
        for name, line in unnamed(source.code):
            other = seen[group].setdefault(name, source.path)
            if other != source.path:
                yield Finding(source.path, line, "names",
                              f"'{name}' stands in the unnamed namespace of {other} too, which is compiled together "
                              "with this file: one function for both, or another name")
    yield from shadowed(seen, tree)
