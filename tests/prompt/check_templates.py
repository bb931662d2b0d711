#!/usr/bin/env python3
"""Chat templates must give the same bytes as Jinja2 set up as the transformers package sets it up
(utils/chat_template_utils.py), and fail where it fails.

    check_templates.py RENDERER FOLDER [--write] [--random N] [--seed N]

FOLDER holds
  *.jinja                   templates; each is rendered with each of conversations.json and N random ones
  features.json             one construct each: a template and its variables
  known_differences.json    where we differ, by name, with the reason; one that no longer differs fails
  expected.json             what Jinja2 gives; --write makes it, and a stale one fails
The templates of the model files in OUTPOST_MODELS_DIR and OUTPOST_GOLDEN_DIR are rendered too.

Exit status: 0 equal, 1 a difference, 77 without the package jinja2 (ctest shows that as skipped).
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys

try:
    import jinja2
    import jinja2.ext
    import jinja2.sandbox
except ImportError:
    print("skipped: the Python package 'jinja2' is not installed (pip install jinja2)")
    sys.exit(77)

NOW_MS = 1_763_726_405_000  # 2025-11-21 12:00:05 UTC


class GenerationTag(jinja2.ext.Extension):
    """{% generation %}: the body, in the scope of a call block."""
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        call = self.call_method("render_body")
        return jinja2.nodes.CallBlock(call, [], [], body).set_lineno(line)

    def render_body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators,
                      sort_keys=sort_keys)


def strftime_now(form):
    now = datetime.datetime.fromtimestamp(NOW_MS / 1000, datetime.timezone.utc)
    return now.replace(tzinfo=None).strftime(form)


def environment():
    env = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[GenerationTag, jinja2.ext.loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = strftime_now
    return env


ENVIRONMENT = environment()


def by_jinja2(task):
    try:
        return {"text": ENVIRONMENT.from_string(task["template"]).render(**json.loads(task["variables"]))}
    except Exception as error:  # a template may fail in any way Python can
        return {"error": f"{type(error).__name__}: {error}"}


def by_us(renderer, tasks):
    run = subprocess.run([renderer, str(NOW_MS)], input=json.dumps(tasks).encode(), stdout=subprocess.PIPE,
                         check=True)
    return json.loads(run.stdout)


def read(path):
    # newline="": a carriage return in a template stays one.
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def read_json(path):
    return json.loads(read(path))


def tasks_of(templates, conversations):
    return [{"name": f"{name} / {conversation['name']}", "template": template, "variables": conversation["variables"]}
            for name, template in templates.items() for conversation in conversations]


PIECES = ["a", "B", " ", "\n", "\n\n", "\t", "é", "日", "😀", "'", '"', "\\", "<", ">", "&", "{{", "}}", "{%",
          "</think>", "<think>", "<tool_response>", "</tool_response>", "<|im_end|>", "0", "1.50", "\u00a0",
          "\u2028", "\r", "\r\n", "\u0000", "\ufeff", "-", "[", "]", "word", "[INST]"]


def random_text(rng):
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(12)))


def random_json(rng, depth=0):
    kind = rng.randrange(8 if depth < 3 else 6)
    if kind < 6:
        return [None, rng.random() < 0.5, rng.randrange(-5, 10**rng.randrange(1, 18)),
                rng.uniform(-1, 1) * 10**rng.randrange(-9, 24), random_text(rng), rng.randrange(10)][kind]
    if kind == 6:
        return [random_json(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {random_text(rng): random_json(rng, depth + 1) for _ in range(rng.randrange(4))}


def random_conversation(rng):
    messages, tools = [], None
    if rng.random() < 0.4:
        messages.append({"role": "system", "content": random_text(rng)})
    for _ in range(rng.randrange(1, 4)):
        messages.append({"role": "user", "content": random_text(rng)})
        if rng.random() < 0.4:
            count = rng.randrange(1, 3)
            calls = [{"type": "function", "id": f"call{i:05}", "function": {
                "name": "tool", "arguments": {random_text(rng): random_json(rng) for _ in range(3)}}}
                for i in range(count)]
            messages.append({"role": "assistant", "content": random_text(rng), "tool_calls": calls})
            for i in range(count):
                messages.append({"role": "tool", "tool_call_id": f"call{i:05}", "name": "tool",
                                 "content": random_text(rng)})
        messages.append({"role": "assistant", "content": random_text(rng)})
    if rng.random() < 0.6:
        messages.pop()
    if rng.random() < 0.5:
        tools = [{"type": "function", "function": {"name": "tool", "description": random_text(rng), "parameters": {
            "type": "object", "properties": {random_text(rng): random_json(rng) for _ in range(2)}}}}]
    return {"messages": messages, "tools": tools, "documents": None, "bos_token": "<s>", "eos_token": "</s>",
            "add_generation_prompt": rng.random() < 0.7}


def random_tasks(templates, count, seed):
    rng = random.Random(seed)
    return [{"name": f"{name} / random {i} of seed {seed}", "template": template,
             "variables": json.dumps(random_conversation(rng), ensure_ascii=False)}
            for name, template in templates.items() for i in range(count)]


def templates_of_models(renderer):
    """Those inside the model files at hand, each once."""
    places = {"OUTPOST_MODELS_DIR": "*.gguf", "OUTPOST_GOLDEN_DIR": "tiny/*.gguf"}
    files = [path for variable, pattern in places.items() if variable in os.environ
             for path in sorted(pathlib.Path(os.environ[variable]).glob(pattern))]
    if not files:
        print("skipped: no model file, so only templates of our own (set OUTPOST_MODELS_DIR)")
        return {}
    run = subprocess.run([renderer, "of", *files], stdout=subprocess.PIPE, check=True)
    templates = {text: path.name for path, text in zip(files, json.loads(run.stdout)) if text}
    print(f"{len(files)} model files, {len(templates)} different templates in them")
    return {name: text for text, name in templates.items()}


def show(task, theirs, ours):
    print(f"{task['name']}\n  template {task['template'][:300]!r}\n  variables {task['variables'][:300]!r}\n"
          f"  Jinja2 {theirs}\n  ours   {ours}")


def compare(renderer, tasks, must_differ):
    """How many of the tasks are not as they must be."""
    bad = 0
    for task, ours in zip(tasks, by_us(renderer, tasks)):
        theirs = by_jinja2(task)
        differs = ours.get("text") != theirs.get("text")
        if differs != must_differ:
            bad += 1
            if must_differ:
                print("no difference any more; move it to features.json:")
            show(task, theirs, ours)
    return bad


def is_stale(path, golden, write):
    text = json.dumps(golden, ensure_ascii=False, indent=1) + "\n"
    if write:
        path.write_text(text, encoding="utf-8", newline="")
    if path.exists() and read(path) == text:
        return False
    print(f"{path} is not what this Jinja2 gives; look at the change, then run with --write")
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("renderer")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--random", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    conversations = read_json(options.folder / "conversations.json")
    templates = {path.stem: read(path) for path in sorted(options.folder.glob("*.jinja"))}
    features = [{"name": feature["template"], **feature} for feature in read_json(options.folder / "features.json")]
    own = tasks_of(templates, conversations) + features
    golden = {task["name"]: by_jinja2(task).get("text") for task in own}
    if len(golden) != len(own):
        sys.exit("two renderings have the same name")
    bad = is_stale(options.folder / "expected.json", {"now_ms": NOW_MS, "texts": golden}, options.write)

    of_models = templates_of_models(options.renderer)
    tasks = own + tasks_of(of_models, conversations)
    tasks += random_tasks({**templates, **of_models}, options.random, options.seed)
    bad += compare(options.renderer, tasks, must_differ=False)
    known = read_json(options.folder / "known_differences.json")
    bad += compare(options.renderer, known, must_differ=True)
    refused = sum("error" in by_jinja2(task) for task in tasks)
    print(f"{len(tasks)} renderings ({refused} of them refused), {len(known)} known differences, {bad} failures")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
