"""The agents of `outpost serve` as MCP tools at /mcp, with the `mcp` package from PyPI."""
import asyncio
import json

import pytest

from conftest import KEY
from test_server import ask

AGENT = """name: clerk
description: Answers questions about numbers.
model: {model}
builtin: [calculator]
"""


@pytest.fixture
def served(start, tmp_path):
    from conftest import TINY

    agent = tmp_path / "agent.yaml"
    agent.write_text(AGENT.format(model=TINY))
    return start("--api-key", KEY, "--agent", str(agent))


def test_their_client_finds_the_agent_and_asks_it(served):
    pytest.importorskip("mcp")
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def run():
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}, timeout=60) as http:
            async with Client(streamable_http_client(f"{served.url}/mcp", http_client=http)) as client:
                tools = (await client.list_tools()).tools
                answer = await client.call_tool("ask_clerk", {"request": "What is 2 + 3?"})
                return [tool.name for tool in tools], answer

    names, answer = asyncio.run(run())
    assert names == ["ask_clerk"]
    assert answer.structured_content["run"] and answer.structured_content["end"]


def test_keys_and_shapes_are_those_of_the_server(served):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    status, text = ask(served, "POST", "/mcp", body)
    assert status == 200 and json.loads(text)["result"]["tools"][0]["name"] == "ask_clerk"
    assert ask(served, "GET", "/mcp")[0] == 405
    assert ask(served, "POST", "/mcp", body, key="wrong")[0] == 401
