"""What tests said, from the JUnit files that ctest, GoogleTest and pytest write."""
import dataclasses
import re
import xml.etree.ElementTree as xml


@dataclasses.dataclass
class Results:
    passed: int = 0
    failed: list = dataclasses.field(default_factory=list)   # (name, what it printed)
    skipped: list = dataclasses.field(default_factory=list)  # (name, why)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def add_one(self, name, ok, output=""):
        if ok:
            self.passed += 1
        else:
            self.failed.append((name, output))


def read_junit(path, prefix):
    """The results in one file. An absent or broken file is a failure: the runner died."""
    results = Results()
    try:
        cases = list(xml.parse(path).getroot().iter("testcase"))
    except (OSError, xml.ParseError) as error:
        results.failed.append((prefix, f"no results: {error}"))
        return results
    for case in cases:
        add_case(results, case, prefix)
    return results


def add_case(results, case, prefix):
    group, name = case.get("classname") or "", case.get("name") or "?"
    if group and group != name:
        name = f"{group}.{name}"
    name = f"{prefix}: {name}"
    wrong = case.find("failure") if case.find("failure") is not None else case.find("error")
    skip = case.find("skipped")
    if case.get("status") in ("fail", "failed") or wrong is not None:
        texts = [wrong.text or wrong.get("message") or "" if wrong is not None else "", output_of(case)]
        results.failed.append((name, "\n".join(t for t in texts if t)))
    elif skip is not None or case.get("result") == "skipped":
        results.skipped.append((name, reason_of(case, skip)))
    elif case.get("status") in ("notrun", "disabled"):
        results.skipped.append((name, "disabled"))
    else:
        results.passed += 1


def output_of(case):
    return "\n".join(e.text or "" for e in case.iter() if e.tag in ("system-out", "system-err"))


def reason_of(case, skip):
    """The words of GTEST_SKIP() or pytest.skip(), wherever the runner put them."""
    printed = re.search(r": Skipped\n(.+)|^skipped: (.+)", output_of(case), re.M)
    if printed:
        return (printed.group(1) or printed.group(2)).strip()
    said = ((skip.get("message") or skip.text or "") if skip is not None else "").strip()
    return said.splitlines()[-1] if said else ""
