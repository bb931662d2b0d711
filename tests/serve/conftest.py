"""Tests of `outpost serve` with the clients that people use. OUTPOST_BINARY names the program; the
model is SmolLM2-135M of OUTPOST_MODELS_DIR where the answers matter, else a tiny one of ours."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("OUTPOST_BINARY", ROOT / "build/release/outpost"))
TINY = ROOT / "tests/data/models/llama.gguf"
SMOLLM2 = pathlib.Path(os.environ.get("OUTPOST_MODELS_DIR", "")) / "SmolLM2-135M-Instruct.Q4_1.gguf"
KEY = "op-test-key"


class Server:
    """A running server on a port of its own."""

    def __init__(self, model, home, *flags):
        environment = {**os.environ, "OUTPOST_HOME": str(home), "NO_COLOR": "1"}
        models = [] if model is None else [str(model)]
        command = [str(BINARY), "serve", *models, "--port", "0", "--json", *flags]
        self.process = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = self.process.stdout.readline()
        if not first:
            raise RuntimeError(self.process.stderr.read())
        self.start = json.loads(first)
        self.stderr = ""  # what it said, once it has ended
        self.url = self.start["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def stop(self):
        """Asks it to stop; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.stderr = self.process.communicate(timeout=60)[1] or self.stderr
        return self.process.returncode


@contextlib.contextmanager
def running(model, home, *flags):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    server = Server(model, home, *flags)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


@pytest.fixture
def start(tmp_path):
    """start(*flags): a server with the tiny model, ended with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda *flags: stack.enter_context(running(TINY, tmp_path / "home", *flags))


@pytest.fixture(scope="session")
def smollm2(tmp_path_factory):
    if not SMOLLM2.is_file():
        pytest.skip("needs OUTPOST_MODELS_DIR with SmolLM2-135M")
    with running(SMOLLM2, tmp_path_factory.mktemp("home"), "--api-key", KEY) as server:
        yield server
        assert server.process.poll() is None, "the server ended by itself"
        assert server.stop() == 0
