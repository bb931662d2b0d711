"""outpost.yaml, several models, reloads, keys, limits, TLS and logs, on the program."""
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import time
import urllib.request

import pytest

from conftest import BINARY, KEY, ROOT, SMOLLM2, TINY, running
from test_server import COMPLETE, ask, wait_until

MODELS = ROOT / "tests/data/models"


def write_config(path, text):
    """As orchestrators do it: the file is replaced, not written into."""
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.rename(path)


def config(models, more=""):
    entries = "".join(f"  - {{{entry}}}\n" for entry in models)
    return f"{more}models:\n{entries}"


def outpost(home, *arguments, **environment):
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          check=False, env={**os.environ, "OUTPOST_HOME": str(home), **environment})


def complete(server, model, key=KEY, **more):
    return ask(server, "POST", "/v1/completions", {**COMPLETE, "model": model, **more}, key=key)


def loaded(server, key=KEY):
    return {model["name"] for model in json.loads(ask(server, "GET", "/api/ps", key=key)[1])["models"]}


@pytest.fixture
def serve_file(tmp_path):
    """serve_file(text, *flags): a server of a configuration file, and the file."""
    import contextlib
    with contextlib.ExitStack() as stack:
        def begin(text, *flags):
            file = tmp_path / "outpost.yaml"
            write_config(file, text)
            return stack.enter_context(
                running(None, tmp_path / "home", "--config", str(file), *flags)), file
        yield begin


def test_check_says_what_is_wrong_and_what_it_takes(tmp_path):
    file = tmp_path / "outpost.yaml"
    file.write_text("listen:\n  prot: 1\n")
    done = outpost(tmp_path, "serve", "--config", file, "--check")
    assert done.returncode == 2
    assert "outpost.yaml:2:3: unknown key 'prot' in listen; did you mean 'port'?" in done.stderr
    file.write_text(config([f"model: {TINY}, name: a"]))
    done = outpost(tmp_path, "serve", "--config", file, "--check")
    assert done.returncode == 0 and "a: " in done.stdout and "MiB" in done.stdout
    done = outpost(tmp_path, "serve", "--config", file, "--check", "--host", "0.0.0.0", "--no-key")
    assert done.returncode == 2 and "loopback" in done.stderr


def test_every_template_can_be_printed_and_checked(tmp_path):
    for name in ("development", "staging", "production-low", "production-high"):
        text = outpost(tmp_path, "serve", "--init", name).stdout
        file = tmp_path / f"{name}.yaml"
        file.write_text(text)
        done = outpost(tmp_path, "serve", "--config", file, "--check", "--model", TINY,
                       "--context", "0", "--kv-tokens", "0")
        assert done.returncode == 0, done.stderr
    assert outpost(tmp_path, "serve", "--init", "prodution").returncode != 0


def test_environment_goes_over_the_file_and_flags_over_both(tmp_path):
    file = tmp_path / "outpost.yaml"
    file.write_text(config([f"model: {TINY}"], "listen: {host: 127.0.0.1}\naccess: {keys: none}\n"))
    arguments = ("serve", "--config", file, "--check")
    assert outpost(tmp_path, *arguments).returncode == 0
    assert outpost(tmp_path, *arguments, OUTPOST_HOST="0.0.0.0").returncode == 2
    assert outpost(tmp_path, *arguments, "--host", "::1", OUTPOST_HOST="0.0.0.0").returncode == 0


def test_models_come_when_they_are_asked_for_and_leave_when_they_are_not(serve_file):
    server, _ = serve_file(config([f"model: {TINY}, name: a, pinned: true",
                                   f"model: {MODELS}/qwen2.gguf, name: b, aliases: [bee]"],
                                  "engine: {idle_unload: 300 ms}\n"), "--api-key", KEY)
    assert loaded(server) == {"a"}
    assert {m["id"] for m in json.loads(ask(server, "GET", "/v1/models")[1])["data"]} == {"a", "b"}
    assert complete(server, "bee")[0] == 200
    assert loaded(server) == {"a", "b"}
    wait_until(lambda: loaded(server) == {"a"})
    assert complete(server, "b")[0] == 200
    assert complete(server, "c")[0] == 404


def test_ollamas_keep_alive_moves_models(serve_file):
    server, _ = serve_file(config([f"model: {TINY}, name: a", f"model: {MODELS}/qwen2.gguf, name: b"]),
                           "--api-key", KEY)

    def generate(**body):
        status, text = ask(server, "POST", "/api/generate", {"stream": False, **body})
        assert status == 200, text
        return json.loads(text)["done_reason"]

    assert generate(model="b") == "load" and loaded(server) == {"a", "b"}
    assert generate(model="b", keep_alive=0) == "unload"
    wait_until(lambda: loaded(server) == {"a"})
    assert generate(model="b", keep_alive="300ms") == "load"
    wait_until(lambda: loaded(server) == {"a"})


def test_a_model_that_does_not_fit_is_refused_with_numbers(tmp_path):
    file = tmp_path / "outpost.yaml"
    file.write_text(config([f"model: {TINY}, kv_tokens: 16000000"], "engine: {memory: 64 MiB}\n"))
    done = outpost(tmp_path, "serve", "--config", file, "--port", "0")
    assert done.returncode != 0
    assert re.search(r"\d+ MiB .*does not fit into 64 MiB", done.stderr), done.stderr


def test_memory_stays_within_the_printed_plan(start, tmp_path):
    flags = ("--kv-tokens", "65536")
    plan = outpost(tmp_path, "serve", "--check", TINY, *flags).stdout
    together, program = map(int, re.search(r"together (\d+) MiB.* (\d+) MiB beside", plan).groups())
    server = start("--api-key", KEY, *flags)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(complete, server, "default", prompt=f"{i} " + "a b " * 200) for i in range(160)]
        assert {a.result()[0] for a in asked} == {200}
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) // 1024
    assert peak <= together + program, plan


def test_two_models_that_do_not_fit_together_take_turns(serve_file):
    plan = outpost(pathlib.Path("/nowhere"), "serve", "--check", TINY, "--kv-tokens", "65536").stdout
    one = int(re.search(r": (\d+) MiB", plan).group(1))
    server, _ = serve_file(config([f"model: {TINY}, name: a, kv_tokens: 65536",
                                   f"model: {TINY}, name: b, kv_tokens: 65536"],
                                  f"engine: {{memory: {one + one // 2} MiB}}\n"), "--api-key", KEY)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(complete, server, "ab"[i % 2]) for i in range(24)]
        assert [status for status, _ in (a.result() for a in asked)] == [200] * 24
    assert len(loaded(server)) == 1


def test_a_reload_under_load_loses_no_request(serve_file):
    first = config([f"model: {TINY}, name: a", f"model: {MODELS}/qwen2.gguf, name: b"])
    second = config([f"model: {TINY}, name: a, context: 512", f"model: {MODELS}/qwen2.gguf, name: c"])
    server, file = serve_file(first, "--api-key", KEY)
    stop = False

    def client():
        answers = []
        while not stop:
            answers.append(complete(server, "a", max_tokens=30)[0])
        return answers

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        clients = [pool.submit(client) for _ in range(6)]
        for i in range(6):
            write_config(file, second if i % 2 == 0 else first)
            server.process.send_signal(signal.SIGHUP)
            wanted = {"a", "c"} if i % 2 == 0 else {"a", "b"}
            wait_until(lambda w=wanted: {m["id"] for m in json.loads(
                ask(server, "GET", "/v1/models")[1])["data"]} == w)
        write_config(file, "listen: {prot: 1}\n")  # a mistake changes nothing
        server.process.send_signal(signal.SIGHUP)
        stop = True
        answers = [status for c in clients for status in c.result()]
    assert set(answers) == {200} and len(answers) >= 12
    assert complete(server, "b")[0] == 200
    assert server.stop() == 0


def test_a_changed_file_is_taken_up_without_a_signal(serve_file):
    server, file = serve_file(config([f"model: {TINY}, name: a"]), "--api-key", KEY)
    write_config(file, config([f"model: {TINY}, name: a, aliases: [other]"]))
    wait_until(lambda: complete(server, "other")[0] == 200)


def test_keys_have_roles_and_an_end(serve_file, tmp_path):
    home = tmp_path / "home"

    def add(name, *flags):
        return outpost(home, "keys", "add", name, *flags).stdout.strip()

    user, monitor, gone = add("ann"), add("prom", "--role", "monitor"), add("gone", "--days", "1")
    server, _ = serve_file(config([f"model: {TINY}, name: a"]))
    assert "key" not in server.start
    assert complete(server, "a", key=user)[0] == 200
    assert ask(server, "GET", "/metrics", key=user)[0] == 403
    assert ask(server, "GET", "/metrics", key=monitor)[0] == 200
    assert ask(server, "DELETE", "/api/delete", {"model": "a"}, key=user)[0] == 403
    assert complete(server, "a", key=monitor)[0] == 403
    assert complete(server, "a", key=gone)[0] == 200
    assert outpost(home, "keys", "revoke", "gone").returncode == 0
    wait_until(lambda: complete(server, "a", key=gone)[0] == 401)
    late = add("late")
    wait_until(lambda: complete(server, "a", key=late)[0] == 200)
    listed = json.loads(outpost(home, "keys", "list", "--json").stdout)
    assert [key["name"] for key in listed] == ["ann", "prom", "late"]
    assert late not in (home / "keys.json").read_text()
    assert outpost(home, "keys", "add", "ann").returncode != 0
    assert outpost(home, "keys", "revoke", "nobody").returncode != 0


def test_limits_of_a_key_are_kept_and_say_when_to_come_back(serve_file, tmp_path):
    home = tmp_path / "home"
    few = outpost(home, "keys", "add", "few", "--requests-per-minute", "3").stdout.strip()
    small = outpost(home, "keys", "add", "small", "--tokens-per-minute", "10").stdout.strip()
    server, _ = serve_file(config([f"model: {TINY}, name: a"]))
    assert [complete(server, "a", key=few)[0] for _ in range(4)] == [200, 200, 200, 429]
    assert [complete(server, "a", key=small)[0] for _ in range(2)] == [200, 429]
    request = urllib.request.Request(server.url + "/v1/completions", json.dumps(COMPLETE).encode(),
                                     {"Authorization": f"Bearer {few}"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 429 and 1 <= int(refused.value.headers["Retry-After"]) <= 20
    assert "3 requests a minute" in json.load(refused.value)["error"]["message"]


def make_pair(folder):
    folder.mkdir(exist_ok=True)
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return certificate, key


def fetch(server, context, path="/health/ready"):
    with urllib.request.urlopen(f"https://localhost:{server.port}{path}", context=context, timeout=20) as a:
        return a.status


def trusting(certificate):
    return ssl.create_default_context(cafile=str(certificate))


def test_tls_from_files_is_renewed_without_a_restart(serve_file, tmp_path):
    certificate, key = make_pair(tmp_path / "tls")
    server, _ = serve_file(config([f"model: {TINY}, name: a"],
                                  f"listen: {{tls: {{certificate: {certificate}, key: {key}}}}}\n"),
                           "--api-key", KEY)
    assert server.url.startswith("https://")
    assert fetch(server, trusting(certificate)) == 200
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, urllib.error.URLError)):
        fetch(server, old)
    make_pair(tmp_path / "tls")

    def trusts_new():
        try:
            return fetch(server, trusting(certificate)) == 200
        except urllib.error.URLError:
            return False
    wait_until(trusts_new)
    assert server.stop() == 0


def test_a_bad_pair_is_said_at_the_start(tmp_path):
    certificate, _ = make_pair(tmp_path / "one")
    _, key = make_pair(tmp_path / "two")
    file = tmp_path / "outpost.yaml"
    file.write_text(config([f"model: {TINY}"],
                           f"listen: {{tls: {{certificate: {certificate}, key: {key}}}}}\n"))
    for flags in ((), ("--check",)):
        done = outpost(tmp_path, "serve", "--config", file, "--port", "0", *flags)
        assert done.returncode == 2 and str(key) in done.stderr, done.stderr


def test_the_second_port_is_the_same_server(serve_file):
    server, _ = serve_file(config([f"model: {TINY}, name: a"]), "--no-key", "--ollama-port", "0")
    with urllib.request.urlopen(server.start["ollama_url"] + "/api/tags", timeout=20) as answer:
        assert [m["name"] for m in json.load(answer)["models"]] == ["a"]
    assert server.start["ollama_url"] != server.url


def test_the_log_is_json_with_ids_and_without_what_was_said(serve_file):
    server, _ = serve_file(config([f"model: {TINY}, name: a"], "log: {format: json, level: info}\n"),
                           "--api-key", KEY)
    connection = urllib.request.Request(
        server.url + "/v1/completions", json.dumps({**COMPLETE, "prompt": "secret words"}).encode(),
        {"Authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(connection, timeout=20) as answer:
        request_id = answer.headers["x-request-id"]
    assert server.stop() == 0
    text = server.stderr
    events = [json.loads(line) for line in text.splitlines()]
    mine = [e for e in events if e["event"] == "request" and e["id"] == request_id]
    assert len(mine) == 1 and mine[0]["status"] == 200 and mine[0]["key"] == "configured"
    assert {"load", "request", "drain"} <= {e["event"] for e in events}
    assert "secret" not in text and KEY not in text


def test_other_machines_without_tls_are_warned_of(tmp_path, serve_file):
    server, _ = serve_file(config([f"model: {TINY}, name: a"]), "--api-key", KEY, "--host", "0.0.0.0")
    assert server.stop() == 0
    assert "no_tls" in server.stderr


def test_nothing_to_do_costs_next_to_nothing(serve_file):
    server, _ = serve_file(config([f"model: {TINY}, name: a, pinned: true",
                                   f"model: {MODELS}/qwen2.gguf, name: b, pinned: true"]), "--api-key", KEY)
    assert complete(server, "a")[0] == 200
    assert complete(server, "b")[0] == 200
    time.sleep(0.5)  # workers spin a moment before they sleep

    def ticks():
        fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return int(fields[11]) + int(fields[12])
    before = ticks()
    time.sleep(4)
    share = (ticks() - before) / os.sysconf("SC_CLK_TCK") / 4
    assert share < 0.005, f"{share:.2%} of a core"


def test_ps_and_doctor_say_what_there_is(serve_file, tmp_path):
    server, _ = serve_file(config([f"model: {TINY}, name: a",
                                   f"model: {MODELS}/qwen2.gguf, name: b, idle_unload: 600 s"]), "--api-key", KEY)
    assert complete(server, "b")[0] == 200
    done = outpost(tmp_path, "ps", "--url", server.url, OUTPOST_API_KEY=KEY)
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert done.returncode == 0 and set(lines) == {"a", "b"}
    assert lines["a"].endswith("  stays loaded") and "  until 20" in lines["b"]
    done = outpost(tmp_path, "ps", "--url", server.url)
    assert done.returncode == 10 and "OUTPOST_API_KEY" in done.stderr
    findings = {f["subject"]: f for f in json.loads(
        outpost(tmp_path, "doctor", "--port", server.port, "--json").stdout)}
    assert set(findings) == {"cpu", "memory", "disk", "models", "port", "keys", "clock"}
    assert "live" in findings["port"]["text"] and findings["clock"]["state"] == "good"
    assert outpost(tmp_path, "doctor", "--live", "--port", server.port).returncode == 0
    server.stop()
    assert outpost(tmp_path, "doctor", "--live", "--port", server.port).returncode != 0


def test_an_announced_server_is_found(serve_file, tmp_path):
    server, _ = serve_file(config([f"model: {TINY}, name: a"],
                                  "listen: {host: 0.0.0.0, announce: true}\n"), "--api-key", KEY)
    for _ in range(4):
        done = outpost(tmp_path, "discover", "--seconds", "2", "--json")
        if done.returncode != 0:
            pytest.skip(done.stderr)
        if any(found["url"].endswith(f":{server.port}") for found in json.loads(done.stdout)):
            return
    pytest.skip("no interface here carries multicast")


def test_loopback_is_not_announced(tmp_path):
    file = tmp_path / "outpost.yaml"
    file.write_text(config([f"model: {TINY}"], "listen: {announce: true}\n"))
    done = outpost(tmp_path, "serve", "--config", file, "--check")
    assert done.returncode == 2 and "127.0.0.1" in done.stderr


def test_what_the_operator_says_is_computed_once_for_all_keys(serve_file, tmp_path):
    if not SMOLLM2.is_file():
        pytest.skip("needs OUTPOST_MODELS_DIR with SmolLM2-135M")
    ann, bob = (outpost(tmp_path / "home", "keys", "add", name).stdout.strip() for name in ("ann", "bob"))
    rules = "Answer briefly and politely, and say so when you do not know. " * 12
    server, _ = serve_file(config([f"model: {SMOLLM2}, name: a, system_prompt: '{rules}'"]))

    def cached(key, text):
        status, answer = ask(server, "POST", "/v1/chat/completions", {
            "model": "a", "max_tokens": 4, "messages": [{"role": "user", "content": text}]}, key=key)
        assert status == 200, answer
        return json.loads(answer)["usage"]["prompt_tokens_details"]["cached_tokens"]

    words = "The secret of the lighthouse is kept by three old sailors. " * 12
    assert cached(ann, words) == 0
    shared = cached(bob, "Good morning")
    assert shared > 100  # the operator's words
    assert cached(bob, words) <= shared + 16  # and none of ann's
    assert cached(ann, words) > shared + 100  # which she finds again
