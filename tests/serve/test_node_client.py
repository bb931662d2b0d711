"""The openai package from npm. NODE_MODULES names the folder that it was installed in."""
import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import KEY, ROOT

MODULES = pathlib.Path(os.environ.get("NODE_MODULES", ROOT / ".venv/node_modules"))


def test_openai_from_npm(smollm2):
    if not shutil.which("node") or not (MODULES / "openai").is_dir():
        pytest.skip("needs node and the npm package openai")
    done = subprocess.run(["node", str(pathlib.Path(__file__).with_name("openai.mjs")), smollm2.url, KEY],
                          capture_output=True, text=True, timeout=120, check=False,
                          env={**os.environ, "NODE_MODULES": str(MODULES)})
    assert done.returncode == 0 and done.stdout == "ok\n", done.stderr
