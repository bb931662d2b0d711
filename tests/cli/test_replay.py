"""A run with tools that tell only a schema is gone through again without its model, as the model's profile was then."""
import json
import os
import pathlib
import sqlite3
import sys

import pytest

SMOLLM2 = pathlib.Path(os.environ.get("OUTPOST_MODELS_DIR", "")) / "SmolLM2-135M-Instruct.Q4_1.gguf"
SERVER = '''
import json, sys
TOOL = {"name": "get_forecast", "description": "Tells the weather forecast of a city",
        "inputSchema": {"type": "object", "required": ["city"], "properties": {
            "city": {"type": "string", "description": "the city"},
            "days": {"type": "integer", "description": "number of days"}}}}
ANSWERS = {"initialize": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                          "serverInfo": {"name": "weather", "version": "1"}},
           "tools/list": {"tools": [TOOL]}, "tools/call": {"content": [{"type": "text", "text": "Sunny."}]}}
for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        answer = {"jsonrpc": "2.0", "id": message["id"], "result": ANSWERS.get(message["method"], {})}
        print(json.dumps(answer), flush=True)
'''
AGENT = """
name: weather
description: tells the weather
model: {model}
instructions: You tell the weather.
mcp:
  - {{name: weather, run: [{python}, server.py], reads: [get_forecast], trust: first_use}}
"""


SIGNS = 27  # of a call (agents/calling/calling_profile.h)


def run_agent(outpost, folder, model):
    """The id of a run that called a tool."""
    (folder / "server.py").write_text(SERVER)
    agent = folder / "agent.yaml"
    agent.write_text(AGENT.format(model=model, python=sys.executable))
    outpost.run("run", agent, "--quiet", "How will the weather be in Lisbon for 3 days?")
    run = outpost.json("runs", "--json")[0]["id"]
    kinds = [event["kind"] for event in outpost.json("runs", "show", run, "--json")]
    assert "tool_chosen" in kinds
    return run


def profile_of(outpost, model):
    path = outpost.home / "profiles" / f"{model.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def assert_same(outpost, run):
    assert "the same bytes" in outpost.run("runs", "replay", run).stdout


@pytest.mark.skipif(not SMOLLM2.is_file(), reason="needs OUTPOST_MODELS_DIR with SmolLM2-135M")
def test_replay_weighs_calls_as_the_model_of_the_run_did(outpost, tmp_path):
    run = run_agent(outpost, tmp_path, SMOLLM2)
    assert_same(outpost, run)
    profile_of(outpost, SMOLLM2).write_text(json.dumps({"syntax": "python", "shows_examples": False, "correct": [3] * SIGNS}))
    assert_same(outpost, run)


# Its context has no room for worked examples.
def test_replay_depends_on_no_profile_of_now(outpost, tmp_path, tiny_model):
    profile = profile_of(outpost, tiny_model)
    third = 1 / 3
    profile.write_text(json.dumps({"refuses": False, "tool": [third] * 5, "correct": [0.1 + 0.2, third] + [1e-7] * (SIGNS - 2)}))
    run = run_agent(outpost, tmp_path, tiny_model)
    assert_same(outpost, run)
    profile.write_text(json.dumps({"syntax": "json", "copies_text": True, "correct": [3] * SIGNS}))
    assert_same(outpost, run)
    profile.write_text("no profile")
    assert_same(outpost, run)
    profile.unlink()
    assert_same(outpost, run)


def test_a_record_with_a_malformed_profile_is_refused(outpost, tmp_path, tiny_model):
    run = run_agent(outpost, tmp_path, tiny_model)
    with sqlite3.connect(outpost.home / "runs.sqlite") as runs:
        runs.execute("DROP TRIGGER run_events_unchanged")
        runs.execute("UPDATE run_events SET body = json_set(body, '$.calling.due', 'x') WHERE kind = 'run_started'")
    refused = outpost.run("runs", "replay", run, code=None)
    assert refused.returncode != 0
    assert f"event 1: the recorded calling profile needs {SIGNS} numbers as texts for 'due'" in refused.stderr
