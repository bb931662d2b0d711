"""An agent is the same wherever it runs: on the command line, in a batch, in a team, behind the server. One memory,
one ledger, one audit log, one book of approvals, one form of what comes out."""
import concurrent.futures
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from conftest import BINARY, ROOT

APPROVALS = "\napprovals:\n  - {effects: [irreversible]}\nmemory: {}\n"


@pytest.fixture
def desk(tmp_path, tiny_model):
    """The support desk with a memory, over the tiny model; and a team of it alone."""
    source = ROOT / "examples/support-desk"
    text = (source / "agent.yaml").read_text().replace("model: smollm2-135m", f"model: {tiny_model}")
    (tmp_path / "agent.yaml").write_text(text + APPROVALS)
    subprocess.run([sys.executable, source / "make_shop.py", "--out", tmp_path / "shop.sqlite"], check=True,
                   stdout=subprocess.DEVNULL)
    (tmp_path / "team.yaml").write_text(
        "name: shop\norchestrator:\n  agents:\n    - name: orders\n      file: agent.yaml\n"
        "      description: orders of the shop\n      examples: ['Where is order A-20417?', 'Cancel order A-20427']\n"
        "  fallback: orders\n")
    return tmp_path


def fields(value):
    return {key: fields(inner) for key, inner in value.items()} if isinstance(value, dict) else None


def booked_runs(outpost):
    return sum(row["group"] != "total" for row in outpost.json("costs", "--by", "run", "--json"))


def test_a_team_and_an_agent_say_the_same_fields(outpost, desk):
    request = "Where is order A-20417?"
    agent = outpost.json("run", desk / "agent.yaml", "--json", "--quiet", request)
    team = outpost.json("run", desk / "team.yaml", "--json", "--quiet", request)
    assert fields(agent) == fields(team)
    assert agent["text"] == team["text"] and "A-20417" in agent["text"]


def test_every_run_is_booked_audited_and_remembered(outpost, desk):
    outpost.run("run", desk / "agent.yaml", "--quiet", "Where is order A-20417?")
    requests = desk / "requests.jsonl"
    requests.write_text('{"id": "1", "request": "Where is order A-20315?"}\n')
    outpost.run("batch", requests, "--agent", desk / "agent.yaml", "--quiet")
    assert booked_runs(outpost) == 2
    audit = outpost.json("audit", "--json")
    assert [line["outcome"] for line in audit] == ["done", "asked", "done", "asked"]
    assert outpost.run("audit", "verify").stdout.startswith("4 lines hold")
    shown = outpost.run("memory", "show", "--agent", "support-desk", "Where is order A-20417?").stdout
    assert "A-20417" in shown, shown
    # A new process goes on with what the last one was about.
    follow = outpost.json("run", desk / "agent.yaml", "--json", "--quiet", "and A-20388?")
    assert "A-20388" in follow["text"] and follow["kind"] == "statement", follow


def test_a_batch_asks_for_approval_and_goes_on(outpost, desk):
    requests = desk / "requests.jsonl"
    requests.write_text('{"id": "1", "request": "Please cancel order A-20427."}\n')
    outpost.run("batch", requests, "--agent", desk / "agent.yaml", "--quiet")
    [approval] = outpost.json("approvals", "list", "--json")
    assert approval["status"] == "waiting" and approval["arguments"] == {"order_id": "A-20427"}
    outpost.run("approvals", "approve", approval["id"])
    done = outpost.json("runs", "resume", approval["run"], "--json")
    assert done["end"] == "done" and "A-20427" in done["text"], done


class Server:
    def __init__(self, outpost, *flags):
        command = [str(BINARY), "serve", "--port", "0", "--json", "--no-key", *map(str, flags)]
        self.process = subprocess.Popen(command, env=outpost.environment, text=True, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = self.process.stdout.readline()
        assert first, self.process.stderr.read()
        self.url = json.loads(first)["url"]

    def ask(self, path, body=None):
        request = urllib.request.Request(self.url + path, headers={"Content-Type": "application/json"},
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def try_to_ask(self, path):
        try:
            return self.ask(path, {})
        except urllib.error.HTTPError as error:
            assert error.code == 409, error.read()
            return None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)


def test_served_agents_and_teams_stand_on_the_same(outpost, desk):
    server = Server(outpost, "--agent", desk / "agent.yaml", "--agent", desk / "team.yaml")
    try:
        names = [model["id"] for model in server.ask("/v1/models")["data"]]
        assert "agent:support-desk" in names and "agent:shop" in names
        for model in ("agent:support-desk", "agent:shop"):
            answer = server.ask("/v1/chat/completions",
                                {"model": model, "messages": [{"role": "user", "content": "Where is order A-20417?"}]})
            assert "A-20417" in answer["choices"][0]["message"]["content"]
        waiting = server.ask("/v1/runs", {"agent": "shop", "input": "Please cancel order A-20427."})
        assert waiting["status"] == "waiting", waiting
        outpost.run("approvals", "approve", waiting["approval"])
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: server.try_to_ask(f"/v1/runs/{waiting['id']}/resume"), range(8)))
        [done] = [answer for answer in answers if answer is not None]  # one of the eight; 409 for the others
        assert done["status"] == "done" and "A-20427" in done["output"], done
        assert server.ask(f"/v1/runs/{waiting['id']}/replay", {})["same"]
    finally:
        server.stop()
    assert "A-20417" in outpost.run("memory", "show", "--agent", "support-desk", "A-20417").stdout
    assert booked_runs(outpost) == 3
