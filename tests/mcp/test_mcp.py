"""The PyPI client drives our server; our client drives the PyPI server (through our server, so that every call passes
both ways); both revisions."""
import asyncio
import contextlib
import json
import pathlib
import socket
import subprocess
import sys
import time

import pytest

PEER = pathlib.Path(__file__).with_name("peer.py")
MODES = {"auto": "2026-07-28", "2026-07-28": "2026-07-28", "legacy": "2025-11-25"}
TIMEOUT = 60


def with_client(place, agent, work, mode="auto", *flags):
    """Runs work(client) against `outpost mcp serve --tools AGENT`."""
    from mcp import Client, StdioServerParameters

    async def run():
        parameters = StdioServerParameters(command=place.binary, args=["mcp", "serve", agent, "--tools", *flags],
                                           env=place.environment)
        async with Client(parameters, mode=mode, read_timeout_seconds=TIMEOUT) as client:
            return await work(client)

    return asyncio.run(run())


def said(result):
    return "\n".join(part.text for part in result.content)


def outpost(place, *arguments):
    return subprocess.run([place.binary, *arguments], env=place.environment, text=True, capture_output=True,
                          timeout=TIMEOUT)


@pytest.mark.parametrize("mode", MODES)
def test_their_client_drives_our_server(place, mode):
    agent = place.agent("builtin: [calculator, clock]\n")

    async def work(client):
        assert client.protocol_version == MODES[mode]
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["calculate", "current_time", "date_after", "days_between"]
        assert tools[0].input_schema["required"] == ["expression"]
        right = await client.call_tool("calculate", {"expression": "0.1 + 0.2"})
        wrong = await client.call_tool("calculate", {"expression": "1 / 0"})
        invalid = await client.call_tool("calculate", {})
        return right, wrong, invalid

    right, wrong, invalid = with_client(place, agent, work, mode)
    assert said(right) == "0.3" and right.structured_content["exact"] is True
    assert wrong.is_error and "divided by 0" in said(wrong)
    assert invalid.is_error and "needs the argument 'expression'" in said(invalid)


def test_unknown_tools_and_methods_are_errors_of_the_protocol(place):
    from mcp.shared.exceptions import MCPError

    async def work(client):
        with pytest.raises(MCPError) as unknown:
            await client.call_tool("shell", {"command": "id"})
        with pytest.raises(MCPError) as method:
            await client.list_prompts()
        return unknown.value.code, method.value.code

    assert with_client(place, place.agent("builtin: [clock]\n"), work) == (-32602, -32601)


@pytest.mark.parametrize("revision", ["", "2026-07-28", "2025-11-25"])
def test_our_client_drives_their_server(place, revision):
    extra = "reads: [add, fail]" + (f"\n    revision: {revision}" if revision else "")

    async def work(client):
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["add", "fail"]
        return (await client.call_tool("add", {"a": 1, "b": 2}), await client.call_tool("fail", {"why": "no luck"}),
                await client.call_tool("add", {"a": "one", "b": 2}))

    right, failed, invalid = with_client(place, place.peer(extra=extra), work)
    assert said(right) == "3"
    assert failed.is_error and "Error executing tool fail" in said(failed)
    assert invalid.is_error and "expected the type" in said(invalid)


@contextlib.contextmanager
def peer_at_a_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(PEER), "--http", str(port)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("revision", ["2026-07-28", "2025-11-25"])
def test_our_client_drives_their_server_over_http(place, revision):
    async def work(client):
        return [said(await client.call_tool("far_add", {"a": 20, "b": n})) for n in range(3)]

    with peer_at_a_port() as url:
        agent = place.agent(f"mcp: [{{name: far, url: '{url}', prefix: far_, reads: [add], revision: {revision}}}]\n")
        assert with_client(place, agent, work) == ["20", "21", "22"]


@contextlib.contextmanager
def our_server_at_a_port(place, agent):
    process = subprocess.Popen([place.binary, "mcp", "serve", agent, "--tools", "--port", "0"], env=place.environment,
                               text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield process.stdout.readline().strip(), process.stdout.readline().removeprefix("key: ").strip()
    finally:
        process.terminate()
        process.wait(TIMEOUT)


@pytest.mark.parametrize("mode", MODES)
def test_their_client_drives_our_server_over_http(place, mode):
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def run(url, key):
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(headers=headers, timeout=TIMEOUT) as http:
            async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
                assert client.protocol_version == MODES[mode]
                return said(await client.call_tool("calculate", {"expression": "6 * 7"}))

    with our_server_at_a_port(place, place.agent("builtin: [calculator]\n")) as (url, key):
        assert asyncio.run(run(url, key)) == "42"
        ping = '{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
        assert httpx2.post(url, content=ping).status_code == 401
        strange = {"Authorization": f"Bearer {key}", "Origin": "https://evil.example"}
        assert httpx2.post(url, content=ping, headers=strange).status_code == 403
        assert httpx2.get(url, headers={"Authorization": f"Bearer {key}"}).status_code == 405


def test_what_cannot_be_undone_is_not_called_unasked(place):
    async def work(client):
        return await client.call_tool("add", {"a": 1, "b": 2})

    agent = place.peer(extra="only: [add]")
    refused = with_client(place, agent, work)
    assert refused.is_error and "cannot be undone" in said(refused)
    assert said(with_client(place, agent, work, "auto", "--allow-irreversible")) == "3"


def test_a_changed_definition_waits_until_it_is_accepted(place):
    def pinned(*flags):
        result = outpost(place, "mcp", "pin", place.peer(*flags, extra="only: [add]"))
        assert result.returncode == 0, result.stderr
        return result.stdout.split()

    assert pinned() == ["add", "irreversible"]
    assert pinned("--changed") == []
    waiting = json.loads(outpost(place, "mcp", "list", "--json").stdout)
    assert waiting[0]["why"] == "its definition has changed"
    assert "sends the sum away" in waiting[0]["waiting"]["description"]
    assert outpost(place, "mcp", "accept", "peer", "add", "--digest", "0000").returncode != 0
    digest = waiting[0]["waiting_digest"][:12]
    assert outpost(place, "mcp", "accept", "peer", "add", "--digest", digest).returncode == 0
    assert pinned("--changed") == ["add", "irreversible"]


def test_mistakes_in_the_file_have_a_place(place):
    result = outpost(place, "mcp", "pin", place.agent("mcp: [{name: peer}]\n"))
    assert result.returncode != 0 and "agent.yaml:3:7: MCP server 'peer' needs" in result.stderr
    result = outpost(place, "mcp", "pin", place.peer(extra="reads: [ad]"))
    assert result.returncode != 0 and "has no tool 'ad'" in result.stderr
