"""The server as a program: keys, ports, signals, hostile clients."""
import concurrent.futures
import http.client
import json
import os
import pathlib
import socket
import stat
import subprocess
import threading
import time

from conftest import BINARY, KEY, TINY

COMPLETE = {"model": "default", "prompt": "a b c", "max_tokens": 8, "temperature": 0}


def ask(server, method, path, body=None, key=KEY, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    fields = {"Content-Type": "application/json", **(headers or {})}
    if key:
        fields["Authorization"] = f"Bearer {key}"
    connection.request(method, path, json.dumps(body) if body is not None else None, fields)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def metric(server, name, key=KEY):
    text = ask(server, "GET", "/metrics", key=key)[1]
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to rest"
        time.sleep(0.02)


def test_a_key_is_made_once_and_kept_as_a_digest(start):
    server = start()
    key = server.start["key"]
    assert key.startswith("op-") and len(key) > 40
    assert ask(server, "GET", "/v1/models", key=None)[0] == 401
    assert ask(server, "GET", "/v1/models", key=key[:-1])[0] == 401
    assert ask(server, "GET", "/v1/models", key=key)[0] == 200
    server.stop()
    again = start()
    assert "key" not in again.start
    assert ask(again, "GET", "/v1/models", key=key)[0] == 200


def test_the_key_file_is_for_its_owner(start, tmp_path):
    server = start()
    files = list((tmp_path / "home").rglob("keys.json"))
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert server.start["key"] not in files[0].read_text()


def test_only_health_is_open_and_hosts_are_checked(start):
    server = start("--api-key", KEY)
    for path in ("/health/live", "/health/ready"):
        assert ask(server, "GET", path, key=None)[0] == 200
    for path in ("/metrics", "/version", "/openapi.json", "/v1/models", "/nothing"):
        assert ask(server, "GET", path, key=None)[0] == 401
        assert ask(server, "GET", path)[0] in (200, 404)
    assert ask(server, "GET", "/v1/models", headers={"Host": "evil.example.org"})[0] == 403
    assert ask(server, "GET", "/v1/models", headers={"Origin": "http://evil.example.org"})[0] == 403


def test_no_key_is_for_loopback_only(start, tmp_path):
    server = start("--no-key")
    assert ask(server, "GET", "/v1/models", key=None)[0] == 200
    done = subprocess.run([str(BINARY), "serve", str(TINY), "--no-key", "--host", "0.0.0.0"],
                          capture_output=True, text=True, timeout=60, check=False,
                          env={"OUTPOST_HOME": str(tmp_path), "PATH": "/usr/bin"})
    assert done.returncode == 2 and "loopback" in done.stderr


def test_a_port_in_use_is_said_so(start, tmp_path):
    server = start("--no-key")
    done = subprocess.run([str(BINARY), "serve", str(TINY), "--port", str(server.port)],
                          capture_output=True, text=True, timeout=60, check=False,
                          env={"OUTPOST_HOME": str(tmp_path / "other"), "PATH": "/usr/bin"})
    assert done.returncode == 11 and "already in use" in done.stderr


DRAIN_ROUNDS = int(os.environ.get("OUTPOST_DRAIN_ROUNDS", "4"))


def ask_until_refused(server):
    """Statuses of one request after the other, until nobody listens any more."""
    statuses = []
    while True:
        body = {**COMPLETE, "max_tokens": 20 + len(statuses) * 7 % 40}
        try:
            status, text = ask(server, "POST", "/v1/completions", body)
        except http.client.RemoteDisconnected:
            raise  # it was accepted, and nothing came
        except ConnectionError:
            return statuses  # nobody listens any more, or the system reset what it had not handed on
        assert status != 200 or json.loads(text)["usage"]["completion_tokens"] > 0
        statuses.append(status)


def test_sigterm_loses_no_accepted_answer(start):
    for i in range(DRAIN_ROUNDS):
        server = start("--api-key", KEY)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            clients = [pool.submit(ask_until_refused, server) for _ in range(8)]
            wait_until(lambda s=server, n=8 + i: metric(s, "outpost_requests_total{method=\"POST\"") >= n)
            assert server.stop() == 0
            statuses = [status for client in clients for status in client.result()]
        assert set(statuses) == {200}, f"round {i}: {statuses}"


def descriptors(server):
    return len(list(pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir()))


def threads(server):
    return len(list(pathlib.Path(f"/proc/{server.process.pid}/task").iterdir()))


def held_by_nobody(server):
    return metric(server, "outpost_kv_pages_free") + metric(server, "outpost_kv_pages_cached")


def test_clients_that_leave_free_everything(start):
    server = start("--api-key", KEY)
    before = descriptors(server), threads(server)
    pages = held_by_nobody(server)
    body = json.dumps({**COMPLETE, "max_tokens": 200, "stream": True}).encode()
    head = (f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    for i in range(200):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall((head + body)[: 1 + (i * 37) % (len(head) + len(body) + 40)])
            if i % 3 == 0:
                client.settimeout(0.01)
                try:
                    client.recv(100)
                except TimeoutError:
                    pass
    wait_until(lambda: metric(server, "outpost_running_answers") == 0
               and metric(server, "outpost_engine_running") == 0)
    # The connection of the last look at the metrics may still be closing.
    wait_until(lambda: descriptors(server) <= before[0] + 1)
    assert threads(server) <= before[1]
    wait_until(lambda: held_by_nobody(server) == pages)


HOSTILE = [b"", b"{", b"[]", b"null", b'{"model": 1}', b'{"model": "default"}', b"\xff\xfe", b"[" * 100000,
           b'{"model": "default", "prompt": "x", "n": 1e9}',
           b'{"model": "default", "prompt": "x", "temperature": NaN}',
           b'{"model": "default", "prompt": "x", "max_tokens": -1}',
           b'{"model": "default", "prompt": "x", "logit_bias": {"99999999": 1}}',
           b'{"model": "default", "prompt": "\xc3\x28"}',
           b'{"model": "default", "prompt": "x", "stop": ""}',
           b'{"model": "default", "prompt": "' + b"a" * 1_000_000 + b'"}']


def post_bytes(server, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", path, body, {"Authorization": f"Bearer {KEY}"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_a_stream_is_the_same_beside_hostile_requests(start):
    server = start("--api-key", KEY)
    canary = {**COMPLETE, "max_tokens": 100}
    alone = json.loads(ask(server, "POST", "/v1/completions", canary)[1])["choices"][0]["text"]
    statuses = []

    def attack():
        for _ in range(3):
            for body in HOSTILE:
                statuses.append(post_bytes(server, "/v1/completions", body)[0])
                statuses.append(post_bytes(server, "/v1/chat/completions", body)[0])

    attackers = [threading.Thread(target=attack) for _ in range(3)]
    for attacker in attackers:
        attacker.start()
    beside = [json.loads(ask(server, "POST", "/v1/completions", canary)[1])["choices"][0]["text"]
              for _ in range(10)]
    for attacker in attackers:
        attacker.join()
    assert beside == [alone] * 10
    assert len(statuses) == 3 * 3 * 2 * len(HOSTILE) and set(statuses) == {400}


def test_more_than_may_wait_is_refused_at_once(start):
    server = start("--api-key", KEY, "--queue", "4")
    body = {**COMPLETE, "max_tokens": 200}
    with concurrent.futures.ThreadPoolExecutor(160) as pool:
        answers = [f.result() for f in [pool.submit(ask, server, "POST", "/v1/completions", body)
                                        for _ in range(160)]]
    statuses = {status for status, _ in answers}
    assert statuses <= {200, 429, 503} and 200 in statuses
    assert ask(server, "GET", "/health/live", key=None)[0] == 200
    assert ask(server, "POST", "/v1/completions", COMPLETE)[0] == 200
