"""The programs that the README and docs/serving.md show, run as they stand there."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
from conftest import KEY, ROOT
from test_node_client import MODULES

PAGES = ["README.md", "docs/serving.md"]


def shown(page, language, mark):
    """The block of `language` on the page that `mark` stands in."""
    text = (ROOT / page).read_text()
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return next(block for kind, block in blocks if kind == language and mark in block)


def run(command, program, server, cwd):
    program = program.replace("http://127.0.0.1:8642", server.url)
    done = subprocess.run([*command, program], capture_output=True, text=True, timeout=120, check=False, cwd=cwd,
                          env={**os.environ, "KEY": KEY})
    assert done.returncode == 0 and done.stdout, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_python(page, smollm2, tmp_path):
    program = f"KEY = {KEY!r}\n" + shown(page, "python", "import openai")
    assert "object='chat.completion'" in run([sys.executable, "-c"], program, smollm2, tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_javascript(page, smollm2, tmp_path):
    if not shutil.which("node") or not (MODULES / "openai").is_dir():
        pytest.skip("needs node and the npm package openai")
    (tmp_path / "node_modules").symlink_to(pathlib.Path(MODULES).resolve())
    script = tmp_path / "shown.mjs"
    program = shown(page, "js", "import OpenAI").replace("http://127.0.0.1:8642", smollm2.url)
    script.write_text(f"const KEY = {KEY!r};\n" + program)
    assert "object: 'chat.completion'" in run(["node"], str(script), smollm2, tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_curl(page, smollm2, tmp_path):
    if not shutil.which("curl"):
        pytest.skip("needs curl")
    assert '"object": "chat.completion"' in run(["sh", "-c"], shown(page, "", "curl http"), smollm2, tmp_path)
