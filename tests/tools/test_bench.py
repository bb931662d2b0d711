"""The parts of bench/ that need no engine: names of workloads, the choice of a peer's best setting."""
import importlib.machinery
import importlib.util
import pathlib
import sys

import pytest

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True
import ik_llama_cpp_peer  # noqa: E402
import machine  # noqa: E402
import workloads  # noqa: E402


def load_compare():
    loader = importlib.machinery.SourceFileLoader("compare", str(BENCH / "compare"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("compare", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("name, prefill, tokens, batch, depth, shared, cells", [
    ("pp512", True, 512, 1, 0, 0, 512),
    ("pp32_d2048", True, 32, 1, 2048, 0, 2080),
    ("tg64_x1", False, 64, 1, 16, 0, 80),
    ("tg64_x32", False, 64, 32, 16, 0, 2560),
    ("tg64_x1_d2048", False, 64, 1, 2048, 0, 2112),
    ("tg64_x16_s1024", False, 64, 16, 1040, 1024, 1024 + 16 * 80),
])
def test_names_are_read(name, prefill, tokens, batch, depth, shared, cells):
    workload = workloads.parse(name)
    assert workload == workloads.Workload(name, prefill, tokens, batch, depth, shared)
    assert workload.cells == cells


@pytest.mark.parametrize("name", ["model", "shares", "warm_first_token_ms", "pp", "tg64", "xpp512"])
def test_other_keys_are_no_workloads(name):
    assert workloads.parse(name) is None


def test_the_best_setting_has_the_highest_median():
    samples = load_compare().Samples()
    for setting, rates in {"default": [100, 90, 95], "no-repack": [300, 10, 20], "no-fa": [70, 71, 72]}.items():
        for rate in rates:
            samples.add("llama.cpp", setting, "pp512", rate, 0.01)
    assert samples.best("llama.cpp", "pp512") == ("default", 95)
    assert samples.best("llama.cpp", "pp64") is None
    assert samples.is_behind("llama.cpp", "pp512", "no-fa")
    assert not samples.is_behind("llama.cpp", "pp512", "never asked")


def test_rows_of_a_table_of_bars():
    text = "noise\n|  PP | TG |\n|----|----|\n|   512 |    128 |   1024 |    0.5 |  1000.25 |    2 |  64 |\n"
    assert list(ik_llama_cpp_peer.rows_of(text)) == [["512", "128", "1024", "0.5", "1000.25", "2", "64"]]


def test_disturbed_work_is_repeated(monkeypatch):
    calls, shares = [], [0.5, 0.01]

    class Watch:
        def __enter__(self):
            return self

        def __exit__(self, *unused):
            self.foreign = shares[len(calls) - 1]

    monkeypatch.setattr(machine, "Watch", Watch)
    assert machine.quietly(lambda: calls.append(1) or len(calls)) == (2, 0.01)
