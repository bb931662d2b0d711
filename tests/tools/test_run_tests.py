"""The counts of the closing line come from files that three runners write; a runner that died counts."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from testing.results import read_junit  # noqa: E402


def read(tmp_path, text):
    report = tmp_path / "r.xml"
    report.write_text(text, encoding="utf-8")
    return read_junit(report, "stage")


def test_ctest(tmp_path):
    results = read(tmp_path, """<testsuite>
      <testcase name="A.One" classname="A.One" status="run"><system-out>fine</system-out></testcase>
      <testcase name="A.Two" classname="A.Two" status="fail"><failure message="Failed"/>
        <system-out>it broke</system-out></testcase>
      <testcase name="A.Three" classname="A.Three" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION"/>
        <system-out>a_test.cpp:7: Skipped
the golden folder is not set
</system-out></testcase>
      <testcase name="b" classname="b" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
        <system-out>skipped: the package is missing</system-out></testcase>
    </testsuite>""")
    assert results.passed == 1
    assert results.failed == [("stage: A.Two", "Failed\nit broke")]
    assert results.skipped == [("stage: A.Three", "the golden folder is not set"),
                               ("stage: b", "the package is missing")]


def test_googletest(tmp_path):
    results = read(tmp_path, """<testsuites><testsuite>
      <testcase name="One" status="run" result="completed" classname="A"/>
      <testcase name="Two" status="run" result="completed" classname="A"><failure message="x"/></testcase>
      <testcase name="Three" status="run" result="skipped" classname="A">
        <skipped message="f.cpp:3&#x0A;no model"/></testcase>
      <testcase name="Four" status="notrun" result="suppressed" classname="A"/>
    </testsuite></testsuites>""")
    assert results.passed == 1
    assert [name for name, _ in results.failed] == ["stage: A.Two"]
    assert results.skipped == [("stage: A.Three", "no model"), ("stage: A.Four", "disabled")]


def test_pytest(tmp_path):
    results = read(tmp_path, """<testsuites><testsuite>
      <testcase name="one" classname="tests.a"/>
      <testcase name="two" classname="tests.a"><error message="fixture">trace</error></testcase>
      <testcase name="three" classname="tests.a"><skipped message="no network">a.py:1: no network</skipped></testcase>
    </testsuite></testsuites>""")
    assert results.passed == 1
    assert results.failed == [("stage: tests.a.two", "trace")]
    assert results.skipped == [("stage: tests.a.three", "no network")]


def test_no_report_is_a_failure(tmp_path):
    assert len(read_junit(tmp_path / "absent.xml", "stage").failed) == 1
    assert len(read(tmp_path, "<testsuite><testcase name=").failed) == 1
