"""Calls that are not made here, each with what to use in its place.

An exception stands in a comment on the line or the one before, with its reason:
  // tidy: allow thread, because ...
"""
import dataclasses
import re

from .tree import Finding


@dataclasses.dataclass(frozen=True)
class Ban:
    name: str
    pattern: str
    instead: str
    allowed: tuple = ()       # paths or folders of src/ where it is the right thing
    in_tests: bool = False    # whether tests, fuzzers and benches must keep to it too
    unless: str = ""          # not where this matches the line or the one before


# A name that is not a member, nor a part of a longer name, nor of another namespace than std.
_FREE = r"(?<![\w.>:])(?:std::|::)?"

BANS = [
    Ban("regex", r"\bstd::w?regex\b|#\s*include\s*<regex>",
        "a hand-written scanner: std::regex recurses once per character", in_tests=True),
    Ban("system", _FREE + r"(?:system|popen)\s*\(", "platform/process.h, without a shell"),
    Ban("c_string", _FREE + r"(?:strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets)\s*\(",
        "std::string or fmt::format", in_tests=True),
    Ban("parse", _FREE + r"(?:ato[ifl]|atoll|strto\w+|sto(?:i|l|ul|ll|ull|f|d|ld)|sscanf)\s*\(",
        "std::from_chars, with the error and the rest looked at"),
    Ban("random", _FREE + r"s?rand\s*\(|\bstd::random_device\b|\bstd::mt19937",
        "base/random.h, passed in", ("src/base",)),
    Ban("thread", r"\bstd::(?:j?thread|async)\b(?!::)|\bpthread_create\b",
        "platform/workers.h; the engine's one thread is the only other",
        ("src/platform", "src/engine/engine.h", "src/engine/engine.cpp")),
    Ban("environment", _FREE + r"(?:secure_)?(?:getenv|setenv|putenv)\s*\(",
        "configuration passed in by app/", ("src/app", "src/cli")),
    Ban("print", r"\bstd::(?:cout|cerr|clog)\b|" + _FREE + r"f?(?:printf|puts)\s*\(",
        "a Result, or a stream passed in; only app/ and cli/ talk", ("src/app", "src/cli", "src/base/assert.cpp")),
    Ban("exit", _FREE + r"(?:_?exit|quick_exit|abort|terminate)\s*\(",
        "a Result: only app/ and cli/ end the program",
        ("src/app", "src/cli", "src/base/assert.cpp", "src/platform/child_process.cpp")),
    Ban("memory", r"\bnew\s+(?:\(|[A-Za-z_:])|\bdelete\s*(?:\[\s*\])?\s+?[A-Za-z_(*]|"
        + _FREE + r"(?:malloc|calloc|realloc|aligned_alloc|free)\s*\(",
        "std::make_unique, a container or platform/arena.h", ("src/base", "src/platform"),
        unless=r"_ptr<[^;]*>.*(?:\bnew\b|\($)"),  # a private constructor needs it
    Ban("wall_clock", r"\bsystem_clock\b|" + _FREE + r"(?:time|gettimeofday|clock_gettime)\s*\(",
        "base/clock.h, passed in", ("src/base",)),
    Ban("sleep", r"\bsleep_(?:for|until)\b|" + _FREE + r"(?:sleep|usleep|nanosleep)\s*\(",
        "a condition to wait for, with a deadline"),
    Ban("assert", r"(?<![\w.>:])assert\s*\(|#\s*include\s*<c?assert(?:\.h)?>",
        "OUTPOST_ASSERT for our own bugs, Result for everything else", in_tests=True),
    Ban("using_namespace", r"^\s*using\s+namespace\s(?!std::\w*literals\b)", "the names one by one"),
    Ban("system_ifdef", r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b.*\b(?:_WIN32|__linux__|__APPLE__|__unix__)\b",
        "a function of platform/", ("src/platform",)),
]

ALLOW = re.compile(r"tidy: allow (\w+), because \S")

# A variable at namespace scope (column 0) or a function's static, neither const.
_DECLARATION = r"[A-Za-z_][\w:]*(?:<[^;()]*>)?[\s&*]+\w+(?:\[\w*\])?\s*(?:=[^=;][^;]*|\{[^;]*\})?;\s*$"
GLOBAL = re.compile(r"^(?:static\s+|inline\s+|thread_local\s+)*" + _DECLARATION)
STATIC = re.compile(r"^\s+(?:static|thread_local)\s+(?:static\s+|inline\s+|thread_local\s+)*" + _DECLARATION)
NOT_A_VARIABLE = re.compile(
    r"^\s*(?:using|typedef|return|template|friend|class|struct|enum|union|namespace|extern|goto|delete|case|public)\b"
    r"|\bconst\b|\bconstexpr\b|\bconstinit\b|\boperator\b")


def is_allowed(source, number, name):
    nearby = source.lines[max(0, number - 2):number]
    return any(name in ALLOW.findall(line) for line in nearby)


def check(tree):
    for source in tree.cpp():
        for ban in BANS:
            if source.is_test and not ban.in_tests:
                continue
            if any(source.path == place or source.path.startswith(place + "/") for place in ban.allowed):
                continue
            yield from check_ban(source, ban)
        if not source.is_test:
            yield from check_globals(source)


def check_ban(source, ban):
    pattern = re.compile(ban.pattern)
    for number, line in enumerate(source.code_lines, 1):
        if not pattern.search(line) or is_allowed(source, number, ban.name):
            continue
        before = source.code_lines[number - 2].rstrip() if number > 1 else ""
        if ban.unless and any(re.search(ban.unless, text) for text in (before, line)):
            continue
        yield Finding(source.path, number, ban.name, f"use {ban.instead}")


def check_globals(source):
    for number, line in enumerate(source.code_lines, 1):
        if not (GLOBAL.match(line) or STATIC.match(line)) or NOT_A_VARIABLE.search(line):
            continue
        if not is_allowed(source, number, "global"):
            yield Finding(source.path, number, "global", "no mutable global state: make it a member")
