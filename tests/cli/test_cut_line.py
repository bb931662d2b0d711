"""A line that is cut after any byte, and kill -9 at any moment, of the real program: every request has an outcome,
what was promised is done, nothing is done twice, every question to a larger model is booked. The ordinary run cuts and
kills a few times; OUTPOST_CUTS=100 does it a hundred times each."""
import collections
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
import urllib.request

import pytest

from conftest import BINARY
from cut_line import AGENT, COMPLETION_TOKENS, PROMPT_TOKENS, REQUESTS, Line, tasks

SEED = int(os.environ.get("OUTPOST_SEED", "20261122"))
CUTS = int(os.environ.get("OUTPOST_CUTS", "8"))


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def agent(tmp_path, tiny_model, line):
    path = tmp_path / "agent.yaml"
    path.write_text(AGENT.format(model=tiny_model, port=line.port))
    return path


def start(outpost, agent, kind, ticket):
    command = [str(BINARY), "run", str(agent), "--json", REQUESTS[kind].format(ticket=ticket)]
    return subprocess.Popen(command, env=outpost.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def outcome(text):
    """done, deferred, refused or unknown, and the outbox's id of what waits."""
    said = json.loads(text)
    waits = re.search(r"\b(?:waits|being sent) as (d\d+)", said["text"])
    if waits:
        return "deferred", waits[1]
    if said["end"] == "done":
        return "done", None
    return ("unknown" if "nknown" in said["text"] or "not known" in said["text"] else "refused"), None


def bytes_of_each_kind(outpost, agent, line):
    """What passes over the line for a task of each kind when nothing happens: also that all four work."""
    lengths = {}
    for i, kind in enumerate(REQUESTS):
        line.restore()
        ended = start(outpost, agent, kind, f"T-100{i}")
        out, err = ended.communicate(timeout=60)
        assert ended.returncode == 0 and outcome(out)[0] == "done", (kind, out, err)
        lengths[kind] = line.passed
    assert line.effects("T-1000") == line.effects("T-1001") == line.asked == 1
    return lengths


def deliver(outpost, agent, line):
    """The line is back, and the time that a sender has is over."""
    line.restore()
    with sqlite3.connect(outpost.home / "outbox.sqlite") as outbox:
        outbox.execute("UPDATE items SET lease_until_ms = 0 WHERE state = 'sending'")
    outpost.run("outbox", "send", agent)
    return {item["id"]: item for item in outpost.json("outbox", "list", "--json", "--most", 1000)}


def check_effects(line, items, outcomes):
    """What was told is what was done; an answer of which nobody knows stands in the outbox as unknown."""
    by_ticket = {item["arguments"]["ticket"]: item for item in items.values()}
    for (kind, ticket), (said, waits) in outcomes.items():
        effects = line.effects(ticket)
        item = by_ticket.get(ticket)
        told = f"{kind} {ticket}: {said} {waits}, {effects} effects, outbox {item}"
        assert said in ("done", "deferred", "refused", "unknown"), told
        assert effects <= 1, f"done twice: {told}"
        if kind in ("find", "hard"):
            assert effects == 0 and item is None, told
            continue
        if said == "done":
            assert effects == 1 and item["state"] == "done", told
        elif said == "deferred":
            assert item["id"] == waits and item["state"] in ("done", "unknown"), told
            assert item["state"] == "unknown" or effects == 1, f"lost: {told}"
        elif said == "unknown":
            assert item["state"] == "unknown", told
        else:
            assert effects == 0, told
        assert kind == "bill" or item is None or item["state"] == "done", f"repeatable, and not repeated: {told}"


def check_accounts(outpost, line, finished):
    """All that went up is booked; every run is booked once, and in memory once."""
    places = {row["group"]: row for row in outpost.json("costs", "--by", "place", "--json")}
    assert places["large"]["escalated"] >= line.asked
    assert places["large"]["prompt_tokens"] >= line.asked * PROMPT_TOKENS
    assert places["large"]["completion_tokens"] >= line.asked * COMPLETION_TOKENS
    assert places["local"]["runs"] == finished
    remembered = [json.loads(one) for one in outpost.run("memory", "export").stdout.splitlines()]
    turns = [one["request"] for one in remembered if one["kind"] == "turn"]
    assert len(turns) == len(set(turns)) == finished, collections.Counter(turns).most_common(3)


def test_a_line_cut_after_any_byte(outpost, agent, line):
    lengths = bytes_of_each_kind(outpost, agent, line)
    outcomes = {}
    for kind, ticket, rng in tasks(CUTS, SEED):
        line.cut_when(rng.randrange(lengths[kind] + 1), resets=rng.random() < 0.5)
        run = start(outpost, agent, kind, ticket)
        out, err = run.communicate(timeout=90)
        assert out, f"{kind} {ticket}: no outcome (exit {run.returncode}, seed {SEED}): {err.decode()}"
        outcomes[kind, ticket] = outcome(out)
    items = deliver(outpost, agent, line)
    check_effects(line, items, outcomes)
    runs = outpost.json("runs", "--json", "--most", 1000)
    assert all(run["state"] != "unfinished" for run in runs)
    check_accounts(outpost, line, len(runs))
    print(f"{CUTS} cuts: {collections.Counter(said for said, _ in outcomes.values())}")


def kill_at(run, line, rng, usual_bytes, usual_seconds):
    """After so many bytes have passed, or after some time."""
    if rng.random() < 0.6:
        line.cut_when(rng.randrange(usual_bytes + 1), resets=False, at_cut=run.kill)
        return run.communicate(timeout=90)
    line.restore()
    try:
        return run.communicate(timeout=rng.uniform(0, usual_seconds))
    except subprocess.TimeoutExpired:
        run.kill()
        return run.communicate()


def test_kill_9_at_any_moment(outpost, agent, line):
    lengths = bytes_of_each_kind(outpost, agent, line)
    known = {run["id"] for run in outpost.json("runs", "--json")}
    began = time.monotonic()
    start(outpost, agent, "find", "T-1009").communicate(timeout=60)
    usual_seconds = time.monotonic() - began
    finished = len(known) + 1
    known = {run["id"] for run in outpost.json("runs", "--json")}
    outcomes = {}
    counts = collections.Counter()
    for kind, ticket, rng in tasks(CUTS, SEED + 1):
        run = start(outpost, agent, kind, ticket)
        out, err = kill_at(run, line, rng, lengths[kind], usual_seconds)
        line.restore()
        new = [one for one in outpost.json("runs", "--json", "--most", 1000) if one["id"] not in known]
        if not new:
            assert not out and line.effects(ticket) == 0, f"{kind} {ticket}: done without a trace (seed {SEED})"
            counts["not begun"] += 1
            continue
        finished += 1
        known.add(new[0]["id"])
        if new[0]["state"] == "unfinished":
            counts["resumed"] += 1
            resumed = outpost.run("runs", "resume", new[0]["id"], "--json", code=None)
            assert resumed.stdout, f"{kind} {ticket}: no outcome (seed {SEED}): {resumed.stderr}"
            out = resumed.stdout
        elif not out:
            counts["ended, not told"] += 1  # killed between the last event and its words
            ended = outpost.json("runs", "show", new[0]["id"], "--json")
            out = json.dumps({"end": ended[-1]["body"]["end"], "text": ended[-2]["body"]["text"]})
        else:
            counts["too late"] += 1
        assert "the same bytes" in outpost.run("runs", "replay", new[0]["id"]).stdout
        outcomes[kind, ticket] = outcome(out)
    items = deliver(outpost, agent, line)
    check_effects(line, items, outcomes)
    assert all(run["state"] != "unfinished" for run in outpost.json("runs", "--json", "--most", 1000))
    check_accounts(outpost, line, finished)
    print(f"{CUTS} kills: {dict(counts)}, {collections.Counter(said for said, _ in outcomes.values())}")


def test_a_connection_that_dies_is_not_asked_twice(outpost, agent, line):
    """An HTTP client repeats a request when a connection that it used before dies without an answer. A bill that was
    paid just before must not be paid again."""
    command = [str(BINARY), "serve", "--port", "0", "--json", "--no-key", "--agent", str(agent)]
    server = subprocess.Popen(command, env=outpost.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    try:
        url = json.loads(server.stdout.readline())["url"]

        def pay(ticket):
            body = json.dumps({"agent": "dispatch", "input": REQUESTS["bill"].format(ticket=ticket)}).encode()
            asked = urllib.request.Request(url + "/v1/runs", body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return json.load(answer)

        assert "is paid" in pay("T-3000")["output"]
        line.lose_one_answer()  # what arrives is done, and the connection dies; the next one is good
        said = pay("T-3001")
        assert line.effects("T-3000") == 1 and line.effects("T-3001") == 1
        assert "unknown" in said["output"], said
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
