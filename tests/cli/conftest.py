"""Tests of the real program. OUTPOST_BINARY names it (default: build/release/outpost)."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("OUTPOST_BINARY", ROOT / "build/release/outpost"))
MODELS = ROOT / "tests/data/models"


class Program:
    """Runs the program in a home of its own."""

    def __init__(self, home):
        self.home = home
        self.environment = {**os.environ, "OUTPOST_HOME": str(home), "NO_COLOR": "1"}

    def run(self, *arguments, code=0, **options):
        options.setdefault("timeout", 120)
        options.setdefault("stdin", subprocess.DEVNULL)  # a test is no terminal and pipes nothing in
        done = subprocess.run([str(BINARY), *map(str, arguments)], env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        assert code is None or done.returncode == code, f"exit {done.returncode}, stderr: {done.stderr}"
        return done

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, **options).stdout)


@pytest.fixture
def outpost(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    return Program(tmp_path / "home")


@pytest.fixture(scope="session")
def tiny_model():
    """Any small real-format model: one of ours."""
    found = sorted(MODELS.glob("llama*.gguf"))
    if not found:
        pytest.skip("no small model under tests/data/models")
    return found[0]
