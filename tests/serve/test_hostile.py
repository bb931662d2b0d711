"""One client's malice costs nobody else anything, and leaves nothing behind."""
import concurrent.futures
import hashlib
import json
import pathlib
import random
import socket
import threading
import time

import hostile
import pytest
from conftest import KEY, SMOLLM2, running
from test_server import ask, metric, wait_until

STREAM = {"model": "default", "prompt": "a b c d e f", "max_tokens": 400, "temperature": 0, "stream": True}


def streamed(server):
    """The text of a long stream, joined."""
    status, text = ask(server, "POST", "/v1/completions", STREAM)
    assert status == 200
    events = [line[6:] for line in text.splitlines() if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    return "".join(json.loads(e)["choices"][0]["text"] for e in events[:-1])


def holdings(server):
    """What a request might leave behind: descriptors, threads, pages, places, waiting requests."""
    process = pathlib.Path("/proc") / str(server.process.pid)
    return {"descriptors": len(list((process / "fd").iterdir())),
            "threads": len(list((process / "task").iterdir())),
            "pages": metric(server, "outpost_kv_pages_free") + metric(server, "outpost_kv_pages_cached"),
            "running": metric(server, "outpost_engine_running"),
            "waiting": metric(server, "outpost_waiting_requests"), "slots": metric(server, "outpost_running_answers")}


def at_rest(server):
    """An answer is whole a moment before its place is free."""
    wait_until(lambda: metric(server, "outpost_engine_running") + metric(server, "outpost_running_answers") == 0)
    return holdings(server)


def comes_back_to(server, before):
    """The connection of the last look at the metrics may still be closing: one descriptor. What a start needed may
    have gone meanwhile, so there may be less of descriptors and threads."""
    end = time.monotonic() + 30
    while True:
        now = holdings(server)
        is_back = now["descriptors"] <= before["descriptors"] + 1 and now["threads"] <= before["threads"]
        if is_back and all(now[name] == before[name] for name in ("pages", "running", "waiting", "slots")):
            return
        assert time.monotonic() < end, f"before: {before}, now: {now}"
        time.sleep(0.1)


def read_a_byte_at_a_time(port, stop):
    body = json.dumps({**STREAM, "max_tokens": 200}).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        connection.sendall(f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n"
                           f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        while not stop.wait(1) and connection.recv(1):
            pass


def test_a_stream_beside_300_hostile_requests_keeps_its_bytes(start):
    server = start("--api-key", KEY)
    alone = streamed(server)
    assert len(alone) > 300
    before = at_rest(server)
    over, slow = threading.Event(), []
    for _ in range(4):
        slow.append(threading.Thread(target=read_a_byte_at_a_time, args=(server.port, over)))
        slow[-1].start()
    statuses = []
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        attack = [pool.submit(hostile.raw, server.port, payload, KEY, hostile.CHAT, headers)
                  for payload, headers in hostile.three_hundred(seed=5)]
        while any(not request.done() for request in attack):
            assert streamed(server) == alone
        statuses = [request.result() for request in attack]
    over.set()
    for thread in slow:
        thread.join()
    assert server.process.poll() is None
    assert not [s for s in statuses if s is not None and s >= 500], statuses
    assert sum(1 for s in statuses if s is not None and 400 <= s < 500) > 250
    comes_back_to(server, before)
    assert streamed(server) == alone


def test_a_thousand_disconnects_free_everything(start):
    server = start("--api-key", KEY)
    alone = streamed(server)
    before = at_rest(server)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(hostile.leave, server.port, KEY, random.Random(i)) for i in range(1000)]:
            done.result()
    comes_back_to(server, before)
    assert streamed(server) == alone


def test_constraints_that_cannot_be_compiled_are_refused_before_a_token(smollm2):
    schemas = hostile.schemas_that_cannot_be()
    assert len(schemas) >= 60
    tokens = metric(smollm2, "outpost_completion_tokens_total")
    for schema in schemas:
        form = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}
        status, text = ask(smollm2, "POST", hostile.CHAT,
                           {"model": "default", "messages": hostile.MESSAGES, "response_format": form})
        assert status in (400, 413, 422), (schema, status, text)
        error = json.loads(text)["error"]
        assert error["message"] and error["type"], (schema, text)
    assert metric(smollm2, "outpost_completion_tokens_total") == tokens


def test_a_mebibyte_of_one_letter_is_refused_quickly(smollm2):
    started = time.monotonic()
    status, text = ask(smollm2, "POST", hostile.CHAT, {
        "model": "default", "messages": [{"role": "user", "content": "a" * (1 << 20)}]})
    assert status == 400 and "tokens" in json.loads(text)["error"]["message"]
    assert time.monotonic() - started < 5


def usage_of(server, key, prompt):
    started = time.monotonic()
    status, text = ask(server, "POST", "/v1/completions",
                       {"model": "default", "prompt": prompt, "max_tokens": 1, "temperature": 0}, key=key)
    assert status == 200, text
    return json.loads(text)["usage"]["prompt_tokens_details"]["cached_tokens"], time.monotonic() - started


def test_no_cached_token_crosses_from_one_key_to_another(tmp_path):
    if not SMOLLM2.is_file():
        pytest.skip("needs OUTPOST_MODELS_DIR with SmolLM2-135M")
    keys = [{"name": name, "sha256": hashlib.sha256(name.encode()).hexdigest(), "created_ms": 0} for name in ("ann", "bob")]
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "keys.json").write_text(json.dumps({"keys": keys}))
    (home / "keys.json").chmod(0o600)
    prompt = " ".join(f"word{i % 97}" for i in range(700))
    with running(SMOLLM2, home) as server:
        fresh, first = usage_of(server, "ann", prompt + " one")
        assert fresh == 0
        cached, again = usage_of(server, "ann", prompt + " two")
        assert cached > 1500 and again < first / 2
        crossed, others = usage_of(server, "bob", prompt + " two")
        assert crossed == 0
        assert others > 2 * again  # it had to read all of it, as the first did
