"""kill -9 of an agent's run at any moment: what was announced is in the log, what changed the shop is too,
the run goes on to an end without doing anything twice, and the next run works."""
import collections
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

from conftest import BINARY, ROOT

SEED = 20261121
SECONDS = 30
KILLS_MIN = 20
LINES = 8  # of a run's steps on standard error
REQUEST = "Please cancel order {order}."
# How a step is announced on standard error, and what it is in the log.
KINDS = {"run": "run_started", "choose": "tool_chosen", "fill": "arguments_filled", "call": "call_started",
         "result": "call_finished", "end": "run_finished"}


@pytest.fixture
def desk(tmp_path):
    source = ROOT / "examples/support-desk"
    shutil.copy(source / "agent.yaml", tmp_path)
    subprocess.run([sys.executable, source / "make_shop.py", "--out", tmp_path / "shop.sqlite"], check=True,
                   stdout=subprocess.DEVNULL)
    return tmp_path


def orders(desk, states):
    with sqlite3.connect(desk / "shop.sqlite") as shop:
        marks = ",".join("?" * len(states))
        return [row[0] for row in shop.execute(f"SELECT id FROM orders WHERE status IN ({marks}) ORDER BY id", states)]


def run_and_kill(outpost, desk, model, order, rng, usual_seconds):
    """Standard output and error up to the kill, and whether the run had ended before it. Half of the kills come
    after a random time, half right after a random line of standard error: steps are far apart or very close."""
    command = [BINARY, "run", desk / "agent.yaml", "--model", model, REQUEST.format(order=order)]
    run = subprocess.Popen([str(word) for word in command], env=outpost.environment, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    seen = b""
    if rng.random() < 0.5:
        time.sleep(rng.uniform(0, usual_seconds))
    else:
        lines = rng.randrange(1, LINES + 1)
        while seen.count(b"\n") < lines and (byte := os.read(run.stderr.fileno(), 1)):
            seen += byte
    run.kill()
    out, err = run.communicate()
    return out.decode(), (seen + err).decode(), run.returncode == 0


def announced(out, err):
    """The kinds of the steps announced by whole lines, as a multiset; arguments are one event for several lines."""
    kinds = collections.Counter()
    for line in err.splitlines(keepends=True):
        word = line.split(" ", 1)[0] if not line.startswith(" ") else line.split()[0]
        if line.endswith("\n") and word in KINDS:
            kinds[KINDS[word]] += 1
    kinds["arguments_filled"] = min(kinds["arguments_filled"], 1)
    kinds["answered"] = int(out.endswith("\n"))
    return kinds


def go_on(outpost, run, model):
    """Resumes the run; its log afterwards. It ends done, or says that it is not known what a call did."""
    command = [BINARY, "runs", "resume", run, "--model", model]
    done = subprocess.run([str(word) for word in command], env=outpost.environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    log = outpost.json("runs", "show", run, "--json")
    assert log[-1]["kind"] == "run_finished", done.stderr
    end = log[-1]["body"]["end"]
    assert end == "done" or (end == "failed" and "not known" in done.stdout), done.stderr
    assert "the same bytes" in outpost.run("runs", "replay", run).stdout
    return log


def test_a_killed_run_loses_nothing_that_was_announced(outpost, desk, tiny_model):
    rng = random.Random(SEED)
    candidates = orders(desk, ["placed", "packed"])
    cancelled_before = set(orders(desk, ["cancelled"]))
    model = ["--model", tiny_model]
    started = time.monotonic()
    outpost.run("run", desk / "agent.yaml", *model, "Where is order A-20417?")
    usual_seconds = time.monotonic() - started

    known = {run["id"] for run in outpost.json("runs", "--json", "--most", 1000)}
    depths = collections.Counter()
    killed = resumed = 0
    while time.monotonic() - started < SECONDS and candidates:
        order = candidates.pop(0)
        out, err, ended = run_and_kill(outpost, desk, tiny_model, order, rng, usual_seconds)
        killed += not ended
        runs = outpost.json("runs", "--json", "--most", 1000)  # the log opens
        new = [run for run in runs if run["id"] not in known]
        known |= {run["id"] for run in new}
        steps = announced(out, err)
        if not new:
            assert not +steps, f"announced but not in the log (seed {SEED}): {err}"
            depths[0] += 1
            continue
        assert len(new) == 1
        log = outpost.json("runs", "show", new[0]["id"], "--json")
        kinds = collections.Counter(event["kind"] for event in log)
        assert not steps - kinds, f"announced but not in the log (seed {SEED}): {err}\n{log}"
        assert [event["sequence"] for event in log] == list(range(1, len(log) + 1))
        assert (new[0]["state"] == "unfinished") == (kinds["run_finished"] == 0)
        assert new[0]["unknown_calls"] == kinds["call_started"] - kinds["call_finished"]
        if order in orders(desk, ["cancelled"]):
            assert kinds["call_started"] == 1, f"cancelled without a trace (seed {SEED}): {log}"
        if kinds["call_finished"]:
            assert order in orders(desk, ["cancelled"])
        depths[len(log)] += 1
        if new[0]["state"] == "unfinished":
            was_cancelled = order in orders(desk, ["cancelled"])
            log = go_on(outpost, new[0]["id"], tiny_model)
            assert sum(event["kind"] == "call_started" for event in log) <= 1
            if log[-1]["body"]["end"] == "failed":
                assert (order in orders(desk, ["cancelled"])) == was_cancelled, "done again"
            resumed += 1

    assert killed >= KILLS_MIN or not candidates
    assert len(depths) >= 5, f"the kills all came at the same moment: {depths}"
    changed = set(orders(desk, ["cancelled"])) - cancelled_before
    print(f"{killed} killed, {resumed} resumed, {len(changed)} orders cancelled, events in the log: {sorted(depths.items())}")

    order = orders(desk, ["placed", "packed"])[-1]
    done = outpost.run("run", desk / "agent.yaml", *model, REQUEST.format(order=order))
    assert order in done.stdout and order in orders(desk, ["cancelled"])
    assert outpost.json("runs", "--json")[0]["state"] == "done"
