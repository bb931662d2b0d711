#!/usr/bin/env python3
"""The tasks of `outpost eval` through a plain tool loop: any OpenAI-compatible endpoint with its `tools` parameter, or
a model file in llama.cpp (`--gguf`, needs llama-cpp-python), its tools told in the form that Qwen2.5's template has
for them, whatever the model (SmolLM2's template has none).

The loop that everybody writes: the model sees instructions, the conversation and all tools, calls what it likes, reads
the results, and answers, for six rounds at most. Around the model the same holds as in the agents' own runs: arguments
are checked, permissions, approvals and the line decide about a call, failing tools fail. Tools that need another
program than SQLite (commands, knowledge) answer from a copy of the example's folder.

Scored more mildly than an agent's run: a question is any answer that called nothing and has a question mark, a refusal
any that called nothing, an escalation likewise; required words may stand in the answer or in a tool's result, and those
of the agent file's own phrases need not; calls whose arguments were refused do not count. Who repeats a call word for
word has said his last. What was said in an earlier session is given as earlier messages, as there
is no memory.

    plain_tool_loop.py examples/suite.json --url http://127.0.0.1:8080/v1 --model NAME [--out FILE]
    plain_tool_loop.py examples/suite.json --gguf FILE --wordings 0,-1 --draw 60 [--seed 1]

Needs PyYAML. Only loopback endpoints are asked. Empty optional arguments are left out and digits in quotes taken for
numbers before a call is checked.
"""
import argparse
import collections
import json
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import yaml

ROUNDS = 6


class Agent:
    """An agent file as tools of an endpoint, over a sandbox folder."""

    def __init__(self, path):
        self.path = path
        text = path.read_text(encoding="utf-8")
        self.phrases = text.lower()
        self.spec = yaml.safe_load(text)
        self.sql = {tool["name"]: tool for tool in self.spec.get("tools", [])}
        self.commands = {tool["name"]: tool for tool in self.spec.get("commands", [])}
        self.knowledge = self.spec.get("knowledge")

    def schema(self, parameter, database):
        kind = self.spec["values"].get(parameter.get("kind"), parameter)
        form = {"type": kind.get("type", "string"), "description": kind.get("description", "")}
        if "enum" in kind:
            form["enum"] = kind["enum"]
        if "lookup" in kind:
            form["enum"] = [row[0] for row in database.execute(kind["lookup"])]
        if "pattern" in kind:
            form["description"] += f", such as {kind['examples'][0]}"
            form["pattern"] = f"^(?:{kind['pattern']})$"
        return form

    def tools(self, database):
        listed = []
        for tool in [*self.sql.values(), *self.commands.values()]:
            parameters = tool.get("parameters") or {}
            listed.append((tool["name"], tool["description"],
                           {name: self.schema(one, database) for name, one in parameters.items()},
                           [name for name, one in parameters.items() if one.get("required")]))
        if self.knowledge:
            listed.append(("search_knowledge", self.knowledge["description"],
                           {"query": {"type": "string", "description": "what to look for"}}, ["query"]))
        return [{"type": "function", "function": {"name": name, "description": description, "parameters": {
            "type": "object", "properties": properties, "required": required}}}
            for name, description, properties, required in listed]


def mended(arguments, form):
    """Without what small models add where nothing is to be said, and with numbers that they put into quotes."""
    kept = {}
    for name, value in arguments.items():
        if value in (None, "") and name not in form["required"]:
            continue
        is_number = form["properties"].get(name, {}).get("type") == "integer"
        kept[name] = int(value) if is_number and isinstance(value, str) and value.isdigit() else value
    return kept


def wrong_argument(arguments, form):
    """What is wrong with arguments, or nothing."""
    for name in form["required"]:
        if name not in arguments:
            return f"'{name}' is missing"
    for name, value in arguments.items():
        if name not in form["properties"]:
            return f"there is no parameter '{name}'"
        one = form["properties"][name]
        if one["type"] == "integer" and (not isinstance(value, int) or isinstance(value, bool)):
            return f"'{name}' must be an integer"
        if "enum" in one and value not in one["enum"]:
            return f"'{name}' must be one of {one['enum']}"
        if "pattern" in one and not re.fullmatch(one["pattern"], str(value)):
            return f"'{name}' has not the form {one['pattern']}"
    return None


def may_call(spec, who, tool, arguments):
    permissions = spec.get("permissions")
    if not permissions:
        return True
    for rule in permissions["rules"]:
        tools = rule.get("allow") or rule.get("deny")
        if tool not in tools and "*" not in tools:
            continue
        roles = permissions.get("roles", {})
        if not any(one == "*" or who in roles.get(one, [one]) for one in rule.get("who", ["*"])):
            continue
        tests = rule.get("when", {})
        fits = all(name in arguments and arguments[name] in test.get("one_of", [arguments[name]]) and
                   ("at_most" not in test or arguments[name] <= test["at_most"]) for name, test in tests.items())
        if fits:
            return "allow" in rule
    return False


class Sandbox:
    """A copy of an example's folder with its database, and one task's surroundings."""

    def __init__(self, agent, task):
        self.agent, self.task, self.calls, self.results = agent, task, [], []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="plain-loop-"))
        shutil.copytree(agent.path.parent, self.folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("*.sqlite*", ".*"))
        name = agent.spec["database"]
        self.database = sqlite3.connect(self.folder / name, isolation_level=None)
        self.database.executescript((self.folder / name).with_suffix(".sql").read_text(encoding="utf-8"))
        for statement in task.get("prepare", []):
            self.database.execute(statement)
        self.tools = agent.tools(self.database)

    def close(self):
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def fingerprint(self):
        return "\n".join(self.database.iterdump())

    def call(self, name, arguments):
        """What the model is told of a call."""
        form = next((tool["function"]["parameters"] for tool in self.tools if tool["function"]["name"] == name), None)
        if form is None:
            return f"error: there is no tool {name}"
        arguments = mended(arguments, form)
        if what := wrong_argument(arguments, form):
            return f"error: {what}"
        self.calls.append(name)
        if name in self.task.get("failing", []):
            return f"error: '{name}' does not answer"
        if not may_call(self.agent.spec, self.task.get("as", "local"), name, arguments):
            return f"error: you may not call '{name}' like this"
        if self.task.get("offline") and name in self.agent.spec.get("offline", {}).get("tools", {}):
            effect = self.agent.sql[name]["effect"]
            return "error: there is no connection" if effect == "read" else \
                "There is no connection now. It waits as d1 and is sent once when there is one."
        if any(name in rule.get("tools", [name]) and rule.get("needed", True) for rule in
               self.agent.spec.get("approvals", [])):
            return "This waits for a person's approval."
        return self.run(name, arguments)

    def run(self, name, arguments):
        if name == "search_knowledge":
            return self.search(str(arguments["query"]))
        if name in self.agent.commands:
            ended = subprocess.run(self.agent.commands[name]["run"], cwd=self.folder, capture_output=True, text=True,
                                   input=json.dumps({"tool": name, "arguments": arguments}), timeout=20, check=False)
            return ended.stdout.strip()
        tool = self.agent.sql[name]
        bound = collections.defaultdict(lambda: None, arguments, request=self.task["wordings"][0][-1])
        statements = tool.get("transaction")
        if not statements:
            return self.rows(tool["query"], bound) or "nothing was found"
        for check in statements.get("require", []):
            if not self.rows(check["query"], bound):
                return "refused: " + check["otherwise"]
        for statement in statements["statements"]:
            self.database.execute(statement, bound)
        return "done: " + self.rows(statements["result"], bound)

    def rows(self, query, bound):
        cursor = self.database.execute(query, bound)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row)) for row in cursor.fetchmany(20)]
        return json.dumps(rows) if rows else ""

    def search(self, query):
        words = set(re.findall(r"[a-z]{4,}", query.lower()))
        paragraphs = [part for file in sorted((self.folder / self.agent.knowledge["folder"]).iterdir())
                      for part in file.read_text(encoding="utf-8").split("\n\n")]
        best = max(paragraphs, key=lambda part: len(words & set(re.findall(r"[a-z]{4,}", part.lower()))))
        return best.replace("\n", " ")


class Endpoint:
    def __init__(self, url, model):
        if urllib.parse.urlparse(url).hostname not in ("127.0.0.1", "localhost", "::1"):
            sys.exit("only endpoints on this machine are asked")
        self.url, self.model = url.rstrip("/") + "/chat/completions", model

    def ask(self, messages, tools):
        body = {"model": self.model, "messages": messages, "tools": tools, "temperature": 0, "max_tokens": 256}
        request = urllib.request.Request(self.url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=300) as reply:
            return json.load(reply)["choices"][0]["message"]


# What Qwen2.5's own template says of tools, in front of a request.
TOOLS_TOLD = """

# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""


class LlamaCpp:
    """A model file in llama.cpp. What a conversation shares with the one before is not computed again."""

    def __init__(self, path, threads):
        import llama_cpp  # pylint: disable=import-outside-toplevel
        self.model = llama_cpp.Llama(str(path), n_ctx=8192, n_threads=threads, n_threads_batch=threads, verbose=False)

    def ask(self, messages, tools):
        told = TOOLS_TOLD.format(tools="\n".join(json.dumps(tool) for tool in tools))
        first = {"role": "system", "content": messages[0]["content"] + told}
        try:
            answer = self.model.create_chat_completion([first, *messages[1:]], temperature=0, max_tokens=256)
        except ValueError as error:  # the conversation is longer than the context
            return {"content": f"({error})"}
        return answer["choices"][0]["message"]


def lenient_calls(message):
    """Calls as the endpoint parsed them, or every JSON object in the text that has a name and arguments: small models
    write it in tags, in fences, in lists or bare."""
    if message.get("tool_calls"):
        return [(one["function"]["name"], one["function"]["arguments"]) for one in message["tool_calls"]]
    text, calls, at = message.get("content") or "", [], 0
    while (at := text.find("{", at)) >= 0:
        try:
            one, end = json.JSONDecoder().raw_decode(text, at)
        except ValueError:
            at += 1
            continue
        if isinstance(one.get("name"), str) and isinstance(one.get("arguments"), dict):
            calls.append((one["name"], json.dumps(one["arguments"])))
            at = end
        else:
            at += 1
    return calls


def turn(endpoint, sandbox, messages):
    """One request until the model calls nothing more; its last words."""
    before = []
    for _ in range(ROUNDS):
        message = endpoint.ask(messages, sandbox.tools)
        calls = lenient_calls(message)
        if calls and calls == before:
            return ""
        before = calls
        messages.append({"role": "assistant", "content": message.get("content") or json.dumps(
            [{"name": name, "arguments": arguments} for name, arguments in calls])})
        if not calls:
            return message.get("content") or ""
        results = []
        for name, text in calls:
            try:
                arguments = json.loads(text)
            except ValueError:
                arguments = None
            result = sandbox.call(name, arguments) if isinstance(arguments, dict) else "error: no JSON object"
            sandbox.results.append(result)
            results.append(f"<tool_response>\n{result}\n</tool_response>")
        messages.append({"role": "user", "content": "\n".join(results)})
    return ""


def problem_of(task, sandbox, said, before):
    changed = sandbox.fingerprint() != before
    for check in task.get("state", []):
        row = sandbox.database.execute(check["sql"]).fetchone()
        value = "" if row is None or row[0] is None else str(row[0])
        if value != check["is"]:
            return f"state: '{value}' instead of '{check['is']}'", changed
    if not task.get("state") and changed:
        return "something was changed", True
    silent = {"question", "no_tool", "reply"}
    wanted = set(task["expect"].split("|"))
    if wanted <= silent and sandbox.calls:
        return "called " + sandbox.calls[0], False
    if wanted == {"question"} and "?" not in said:
        return "no question", False
    if not wanted & silent and not sandbox.calls:
        return "nothing was called", False
    everything = (said + "\n" + "\n".join(sandbox.results)).lower()
    for words in task.get("says", []):
        is_phrase = words.lower() in sandbox.agent.phrases
        if not wanted & {"question"} and not is_phrase and words.lower() not in everything:
            return f"lacks '{words}'", False
    for words in task.get("never_says", []):
        if words.lower() in said.lower():
            return f"'{words}' was said", False
    return "", False


def run_wording(endpoint, agent, task, wording):
    sandbox = Sandbox(agent, task)
    try:
        system = agent.spec["instructions"] + " Use the tools. Ask when something is missing; say so when no tool fits."
        messages = [{"role": "system", "content": system}]
        for earlier in task.get("earlier", []):
            messages.append({"role": "user", "content": earlier})
            turn(endpoint, sandbox, messages)
        before = sandbox.fingerprint()
        sandbox.calls.clear()
        sandbox.results.clear()
        said = ""
        for words in task["wordings"][wording]:
            messages.append({"role": "user", "content": words})
            said = turn(endpoint, sandbox, messages)
        return problem_of(task, sandbox, said, before)
    finally:
        sandbox.close()


def draw(tasks, count, seed):
    """The ids of so many tasks, of each kind as many; of all when `count` is 0."""
    if not count:
        return {task["id"] for task in tasks}
    chance, kinds = random.Random(seed), collections.defaultdict(list)
    for task in tasks:
        kinds[task["kind"]].append(task["id"])
    return {one for _, ids in sorted(kinds.items()) for one in chance.sample(ids, count // len(kinds))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite", type=pathlib.Path)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--url")
    place.add_argument("--gguf", type=pathlib.Path, help="a model file, for llama.cpp in this process")
    parser.add_argument("--model", default="model", help="what the endpoint calls it")
    parser.add_argument("--threads", type=int, default=2, help="of llama.cpp")
    parser.add_argument("--wordings", default="0,1", help="of each task; -1: the last")
    parser.add_argument("--draw", type=int, default=0, help="so many tasks of each kind alike; 0: all")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    parser.add_argument("--out", type=pathlib.Path, help="results as JSON Lines, one by one; what is there is not run again")
    options = parser.parse_args()
    endpoint = LlamaCpp(options.gguf, options.threads) if options.gguf else Endpoint(options.url, options.model)
    suite = [(entry, [json.loads(line) for line in
                      (options.suite.parent / entry["tasks"]).read_text(encoding="utf-8").splitlines()])
             for entry in json.loads(options.suite.read_text(encoding="utf-8"))]
    drawn = draw([task for _, tasks in suite for task in tasks], options.draw, options.seed)
    wordings = [int(one) for one in options.wordings.split(",")]
    lines = [json.loads(line) for line in options.out.read_text(encoding="utf-8").splitlines()] \
        if options.out and options.out.exists() else []
    there = {(line["id"], line["wording"]) for line in lines}
    for entry, tasks in suite:
        agent = Agent(options.suite.parent / entry["agent"])
        for task in tasks:
            if task["id"] not in drawn:
                continue
            for wording in sorted({one % len(task["wordings"]) for one in wordings}):
                if (task["id"], wording) in there:
                    continue
                start = time.monotonic()
                problem, effect = run_wording(endpoint, agent, task, wording)
                lines.append({"id": task["id"], "wording": wording, "kind": task["kind"], "domain": entry["domain"],
                              "completed": not problem, "wrong_effect": effect, "problem": problem,
                              "seconds": round(time.monotonic() - start, 2)})
                if options.out:
                    with options.out.open("a", encoding="utf-8") as out:
                        out.write(json.dumps(lines[-1]) + "\n")
    report(lines)


def report(lines):
    kinds = collections.defaultdict(list)
    for line in lines:
        kinds[line["kind"]].append(line["completed"])
    for kind, done in [*sorted(kinds.items()), ("all", [line["completed"] for line in lines])]:
        print(f"{kind:<28} {sum(done):>4} of {len(done):<4} {100 * sum(done) / max(1, len(done)):5.1f} %")
    seconds = sum(line["seconds"] for line in lines) / max(1, len(lines))
    print(f"wrong side effects {sum(line['wrong_effect'] for line in lines)}; {seconds:.2f} s a wording")


if __name__ == "__main__":
    main()
