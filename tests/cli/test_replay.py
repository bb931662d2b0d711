"""A run with tools that tell only a schema is gone through again without its model, with what the model's profile says."""
import os
import pathlib
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


@pytest.mark.skipif(not SMOLLM2.is_file(), reason="needs OUTPOST_MODELS_DIR with SmolLM2-135M")
def test_replay_weighs_calls_as_the_model_of_the_run_does(outpost, tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    agent = tmp_path / "agent.yaml"
    agent.write_text(AGENT.format(model=SMOLLM2, python=sys.executable))
    outpost.run("run", agent, "--quiet", "How will the weather be in Lisbon for 3 days?")
    run = outpost.json("runs", "--json")[0]["id"]
    kinds = [event["kind"] for event in outpost.json("runs", "show", run, "--json")]
    assert "tool_chosen" in kinds
    assert "the same bytes" in outpost.run("runs", "replay", run).stdout
