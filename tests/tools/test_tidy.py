"""Each rule of tools/tidy fires on a small tree that breaks it, and only there."""
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

MODULES = "set(modules base platform gguf engine app)\n"
GOOD = {
    "CMakeLists.txt": MODULES,
    "src/base/CMakeLists.txt": "outpost_module(NAME base SOURCES result.cpp)\n",
    "src/base/result.h": "#pragma once\n",
    "src/base/result.cpp": '#include "base/result.h"\n',
    "src/gguf/CMakeLists.txt": "set(deps base)\noutpost_module(NAME gguf\n  SOURCES file.cpp\n  DEPS ${deps})\n",
    "src/gguf/file.h": '#pragma once\n#include "base/result.h"\n',
    "src/gguf/file.cpp": '#include "gguf/file.h"\n',
}


def tidy(folder, files, *options):
    for path, text in {**GOOD, **files}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, str(ROOT / "tools/tidy"), "--root", str(folder), *options],
                          capture_output=True, text=True, check=False)
    assert done.returncode == (1 if done.stdout else 0), done.stderr
    return done.stdout.splitlines()


def in_file(code):
    return {"src/gguf/file.cpp": '#include "gguf/file.h"\n' + code + "\n"}


def test_a_good_tree_has_no_findings(tmp_path):
    assert tidy(tmp_path, {}) == []


FUNCTION_OF_80 = "int long_one(int a) {\n" + "  a += 1;\n" * 78 + "}"

BAD = {
    "include_up": ("layers", in_file('#include "engine/step.h"')),
    "include_of_no_module": ("layers", in_file('#include "nothing/x.h"')),
    "include_without_folder": ("layers", in_file('#include "file.h"')),
    "include_not_in_deps": ("layers", {**in_file('#include "platform/cpu.h"'),
                                       "src/platform/cpu.h": "#pragma once\n"}),
    "deps_up": ("layers", {"src/base/CMakeLists.txt":
                           "outpost_module(NAME base SOURCES result.cpp DEPS gguf)\n"}),
    "deps_unknown": ("layers", {"src/base/CMakeLists.txt":
                                "outpost_module(NAME base SOURCES result.cpp DEPS nothing)\n"}),
    "folder_without_layer": ("layers", {"src/extra/CMakeLists.txt": "outpost_module(NAME extra SOURCES x.cpp)\n",
                                        "src/extra/x.cpp": "\n"}),
    "regex": ("regex", in_file("const std::regex kPattern;")),
    "regex_header": ("regex", in_file("#include <regex>")),
    "system": ("system", in_file('int f() { return system("ls"); }')),
    "popen": ("system", in_file('auto f() { return ::popen("ls", "r"); }')),
    "strcpy": ("c_string", in_file("void f(char* a) { strcpy(a, a); }")),
    "sprintf": ("c_string", in_file('void f(char* a) { std::sprintf(a, "x"); }')),
    "atoi": ("parse", in_file('int f() { return atoi("1"); }')),
    "stoi": ("parse", in_file('int f() { return std::stoi("1"); }')),
    "strtol": ("parse", in_file('long f() { return strtol("1", nullptr, 10); }')),
    "rand": ("random", in_file("int f() { return rand(); }")),
    "random_device": ("random", in_file("std::random_device device();")),
    "thread": ("thread", in_file("void f() { std::thread t; }")),
    "async": ("thread", in_file("void f() { std::async(f); }")),
    "getenv": ("environment", in_file('auto f() { return std::getenv("X"); }')),
    "cout": ("print", in_file("void f() { std::cout << 1; }")),
    "printf": ("print", in_file('void f() { printf("x"); }')),
    "fprintf": ("print", in_file('void f() { std::fprintf(stderr, "x"); }')),
    "exit": ("exit", in_file("void f() { std::exit(1); }")),
    "abort": ("exit", in_file("void f() { abort(); }")),
    "new": ("memory", in_file("int* f() { return new int(3); }")),
    "delete": ("memory", in_file("void f(int* p) { delete p; }")),
    "malloc": ("memory", in_file("void* f() { return std::malloc(3); }")),
    "system_clock": ("wall_clock", in_file("auto f() { return std::chrono::system_clock::now(); }")),
    "time": ("wall_clock", in_file("auto f() { return time(nullptr); }")),
    "sleep": ("sleep", in_file("void f() { std::this_thread::sleep_for(x); }")),
    "assert": ("assert", in_file("void f(int a) { assert(a > 0); }")),
    "using_namespace": ("using_namespace", in_file("using namespace std;")),
    "system_ifdef": ("system_ifdef", in_file("#ifdef __linux__\n#endif")),
    "global": ("global", in_file("int counter = 0;")),
    "static_global": ("global", in_file("static std::vector<int> all;")),
    "static_in_function": ("global", in_file("int f() {\n  static int calls = 0;\n  return ++calls;\n}")),
    "long_file": ("size", in_file("// line\n" * 601)),
    "long_function": ("size", in_file(FUNCTION_OF_80)),
    "long_method": ("size", in_file("class A {\n" + FUNCTION_OF_80.replace("int long_one", "A") + "\n};")),
    "long_python_function": ("size", {"tools/x.py": "def long_one():\n" + "    a = 1\n" * 75}),
    "grown": ("size", {**in_file(FUNCTION_OF_80), "tools/tidy_sizes.txt": "75 src/gguf/file.cpp:long_one\n"}),
    "ratchet_not_needed": ("size", {"tools/tidy_sizes.txt": "75 src/gguf/file.cpp:gone\n"}),
    "todo": ("open_end", in_file("// TODO: finish")),
    "fixme": ("open_end", in_file("// FIXME")),
    "machine_path": ("machine_path", {"docs/x.md": "see /home/me/x"}),
    "binary": ("binary", {"recorded.out": "PERF\0\0"}),
    "package_host": ("package_host", {"tools/x.sh": "curl https://pypi.org/simple"}),
    "no_pragma_once": ("header", {"src/base/result.h": "// nothing\n"}),
    "dead_header": ("dead_file", {"src/base/alone.h": "#pragma once\n"}),
    "dead_source": ("dead_file", {"src/base/alone.cpp": "\n"}),
    "listed_but_absent": ("dead_file", {"src/base/CMakeLists.txt":
                                        "outpost_module(NAME base SOURCES result.cpp gone.cpp)\n"}),
    "corpus_without_target": ("corpus", {"fuzz/corpus/x/1": "a"}),
    "target_without_corpus": ("corpus", {"fuzz/CMakeLists.txt": "outpost_fuzz(NAME y SOURCES y.cpp)\n"}),
    "decision_twice": ("decision", {"docs/adr/0001-a.md": "# 1. A\n", "docs/adr/0001-b.md": "# 1. B\n"}),
    "decision_title": ("decision", {"docs/adr/0002-a.md": "# 3. A\n"}),
    "decision_name": ("decision", {"docs/adr/two.md": "# 2. A\n"}),
}


@pytest.mark.parametrize("name", BAD)
def test_each_rule_fires_and_no_other(tmp_path, name):
    rule, files = BAD[name]
    findings = tidy(tmp_path, files)
    assert findings, "nothing was found"
    assert {line.split(": ")[1] for line in findings} == {rule}


FINE = {
    "in_comment": "// never use std::regex or rand() or printf()",
    "in_string": 'const char* const kText = "std::thread and system(1)";',
    "in_raw_string": 'constexpr auto kText = R"(printf("x"); std::regex)";',
    "member_named_time": "void f(A& a) { a.time(3); a->exit(); log.printf(1); A::free(2); }",
    "longer_name": "void f() { my_rand(); print_time(); snprintf_like(); }",
    "named_reason": "void f() { sleep(1); }  // tidy: allow sleep, because the device needs it",
    "named_reason_above": "// tidy: allow sleep, because the device needs it\nvoid f() { sleep(1); }",
    "unique_ptr_of_private": "auto f() { return std::unique_ptr<A>(new A(1)); }",
    "constants": "constexpr int kA = 1;\nconst char* const kB = \"x\";\nstatic constexpr int kC = 2;",
    "declarations": "int f(int a);\nclass B;\nusing C = int;\nextern template class D<int>;",
    "static_function": "struct E {\n  static int make(int a);\n};",
    "deleted_function": "struct F {\n  F(const F&) = delete;\n};",
    "flat_initialiser": "const int kTable[] = {\n" + "  1,\n" * 80 + "};",
    "digit_separators": "constexpr int kBig = 1'000'000;  // printf('x')",
    "todo_with_issue": "// TODO(#12): finish",
    "thread_id": "std::thread::id owner_of(int a);",
    "hardware": "unsigned f() { return std::thread::hardware_concurrency(); }",
}


@pytest.mark.parametrize("name", FINE)
def test_what_only_looks_wrong_passes(tmp_path, name):
    assert tidy(tmp_path, in_file(FINE[name])) == []


def test_a_reason_for_one_rule_does_not_cover_another(tmp_path):
    code = "void f() { std::thread t; }  // tidy: allow sleep, because it is late"
    assert len(tidy(tmp_path, in_file(code))) == 1


def test_tests_may_print_and_make_threads_but_not_use_regex(tmp_path):
    files = {"src/gguf/CMakeLists.txt": GOOD["src/gguf/CMakeLists.txt"].replace(
                 "file.cpp", "file.cpp\n  TESTS file_test.cpp"),
             "src/gguf/file_test.cpp": "void f() { printf(\"x\"); std::thread t; }\nstd::regex r;\n"}
    assert [line.split(": ")[1] for line in tidy(tmp_path, files)] == ["regex"]


def test_the_ratchet_holds_goes_down_and_never_up(tmp_path):
    files = {**in_file(FUNCTION_OF_80), "tools/tidy_sizes.txt": "# head\n90 src/gguf/file.cpp:long_one\n"}
    assert tidy(tmp_path, files) == []
    tidy(tmp_path, files, "--ratchet")
    ratchet = tmp_path / "tools/tidy_sizes.txt"
    assert ratchet.read_text(encoding="utf-8") == "# head\n80 src/gguf/file.cpp:long_one\n"
    ratchet.write_text("75 src/gguf/file.cpp:long_one\n", encoding="utf-8")
    subprocess.run([sys.executable, str(ROOT / "tools/tidy"), "--root", str(tmp_path), "--ratchet"], check=True)
    assert ratchet.read_text(encoding="utf-8").startswith("75 ")


def test_headers_must_compile_alone(tmp_path):
    files = {"src/gguf/file.h": "#pragma once\n#include <string>\nstd::string name();\n"}
    assert tidy(tmp_path, files, "--headers") == []
    files = {"src/gguf/file.h": "#pragma once\nstd::string name();\n"}
    findings = tidy(tmp_path, files, "--headers")
    assert len(findings) == 1 and "header_alone" in findings[0]


def test_a_name_stands_once_in_the_unnamed_namespaces_of_a_folder(tmp_path):
    def unnamed(code):
        return '#include "gguf/file.h"\nnamespace outpost {\nnamespace {\n' + code + "\n}\n}\n"

    lists = {"src/gguf/CMakeLists.txt":
             "outpost_module(NAME gguf\n  SOURCES file.cpp part/other.cpp part/more.cpp\n  DEPS base)\n"}
    apart = {**lists, "src/gguf/file.cpp": unnamed("int count(int a) { const int size = a; return size; }"),
             "src/gguf/part/other.cpp": unnamed("int count(int a) { const int size = a; return size; }"),
             "src/gguf/part/more.cpp": unnamed("using Size = long;\nint longer(int a) { return a + 1; }")}
    assert tidy(tmp_path, apart) == []
    for more in ("constexpr int count = 3;", "struct count {\n  int a;\n};", "template <class T>\nT count(T a) { return a; }"):
        findings = tidy(tmp_path, {**apart, "src/gguf/part/more.cpp": unnamed("using Size = long;\n" + more)})
        assert len(findings) == 1 and findings[0].startswith("src/gguf/part/other.cpp:4: names: 'count'"), findings


def test_no_constant_of_a_function_hides_a_name_of_its_folder(tmp_path):
    def unnamed(code):
        return '#include "gguf/file.h"\nnamespace outpost {\nnamespace {\n' + code + "\n}\n}\n"

    files = {"src/gguf/CMakeLists.txt": "outpost_module(NAME gguf\n  SOURCES file.cpp part/one.cpp part/two.cpp\n  DEPS base)\n",
             "src/gguf/part/one.cpp": unnamed("constexpr int kMost = 3;\nint most() { return kMost; }"),
             "src/gguf/part/two.cpp": unnamed("int least(int a) {\n  static constexpr int kLeast = 2;\n  return a + kLeast;\n}")}
    assert tidy(tmp_path, files) == []
    hiding = files["src/gguf/part/two.cpp"].replace("kLeast", "kMost")
    findings = tidy(tmp_path, {**files, "src/gguf/part/two.cpp": hiding})
    assert len(findings) == 1 and findings[0].startswith("src/gguf/part/two.cpp:5: names: 'kMost' hides"), findings
