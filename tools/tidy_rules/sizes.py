"""No file may grow past 600 lines, no function past 70. What was larger when the rule came stands in
tools/tidy_sizes.txt with its size, and may only shrink."""
import ast
import bisect
import re

from .tree import Finding

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
RATCHET = "tools/tidy_sizes.txt"

_SCOPE = re.compile(r"\b(?:namespace|extern)\b")
_TYPE = re.compile(r"\b(?:class|struct|union|enum)\b")
_NAME = re.compile(r"([~\w:]+|operator\s*\S+)\s*\(")


def cpp_functions(code):
    """(name, first line, lines) of each function body in C++ that strip_code() went over."""
    stack, header_start = [], 0
    line_of = Lines(code)
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), code, flags=re.M)
    for match in re.finditer(r"[{};]", code):
        at, mark = match.start(), match.group(0)
        if mark == "{":
            header = code[header_start:at]
            stack.append((kind_of(header, stack), header, header_start))
        elif mark == "}" and stack:
            kind, header, start = stack.pop()
            if kind == "function":
                first = line_of(start + len(header) - len(header.lstrip()))
                yield function_name(header), first, line_of(at) - first + 1
        header_start = at + 1


def kind_of(header, stack):
    inside = stack[-1][0] if stack else "scope"
    if inside not in ("scope", "type"):
        return "block"
    text = re.sub(r"\btemplate\s*<[^{}]*?>\s*(?=\w|\[)", "", header)
    if _SCOPE.search(text) and "(" not in text:
        return "scope"
    if _TYPE.search(text) and "(" not in text:
        return "type"
    # `int x = f(` begins an initialiser, `int f(int x = 0)` a function.
    before = text.split("(", 1)[0]
    if "(" in text and "=" not in re.sub(r"operator\s*[=!<>]+", "", before):
        return "function"
    return "block"


def function_name(header):
    match = _NAME.search(header)
    return re.sub(r"\s+", "", match.group(1)) if match else "?"


class Lines:
    """Line numbers of offsets that are asked in any order."""

    def __init__(self, text):
        self.breaks = [m.start() for m in re.finditer("\n", text)]

    def __call__(self, offset):
        return bisect.bisect_left(self.breaks, offset) + 1


def python_functions(text):
    try:
        nodes = ast.walk(ast.parse(text))
    except SyntaxError:
        return
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def is_measured(source):
    return source.path.endswith((".cpp", ".h", ".py", ".rs")) and not source.is_generated


def measure(tree):
    """Everything over its limit: {key: (lines, first line)}; a key is PATH or PATH:FUNCTION."""
    large = {}
    for source in tree.sources:
        if not is_measured(source):
            continue
        if len(source.lines) > FILE_LINES_MAX:
            large[source.path] = (len(source.lines), 1)
        functions = ()
        if source.is_cpp:
            functions = cpp_functions(source.code)
        elif source.path.endswith(".py"):
            functions = python_functions(source.text)
        for name, first, lines in functions:
            key = f"{source.path}:{name}"
            if lines > FUNCTION_LINES_MAX and lines > large.get(key, (0, 0))[0]:
                large[key] = (lines, first)
    return large


def read_ratchet(tree):
    source = tree.by_path.get(RATCHET)
    allowed = {}
    for line in source.lines if source else []:
        if line.strip() and not line.startswith("#"):
            lines, key = line.split(maxsplit=1)
            allowed[key] = int(lines)
    return allowed


def check(tree):
    allowed = read_ratchet(tree)
    large = measure(tree)
    for key, (lines, first) in sorted(large.items()):
        path, _, function = key.partition(":")
        limit = FUNCTION_LINES_MAX if function else FILE_LINES_MAX
        what = f"function {function}" if function else "the file"
        if key not in allowed:
            yield Finding(path, first, "size", f"{what} has {lines} lines; the limit is {limit}")
        elif lines > allowed[key]:
            yield Finding(path, first, "size",
                          f"{what} grew from {allowed[key]} to {lines} lines; it may only shrink")
    for key in sorted(set(allowed) - set(large)):
        yield Finding(RATCHET, 1, "size", f"'{key}' is within its limit now: take the line out")


def lower_ratchet(tree):
    """Writes smaller sizes into the ratchet and drops lines no longer needed; never raises one."""
    allowed, large = read_ratchet(tree), measure(tree)
    kept = {key: min(lines, large[key][0]) for key, lines in allowed.items() if key in large}
    source = tree.by_path[RATCHET]
    head = [line for line in source.lines if line.startswith("#")]
    body = [f"{lines} {key}" for key, lines in sorted(kept.items())]
    (tree.root / RATCHET).write_text("\n".join(head + body) + "\n", encoding="utf-8")
