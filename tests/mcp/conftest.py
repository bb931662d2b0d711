"""Tests of MCP in both directions with the `mcp` package from PyPI. OUTPOST_BINARY names the program. No model is
needed: `outpost mcp serve --tools` offers an agent's tools as they are."""
import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("OUTPOST_BINARY", ROOT / "build/release/outpost"))
PEER = pathlib.Path(__file__).with_name("peer.py")


class Place:
    """A folder with agent files, and the commands over it."""

    def __init__(self, folder):
        self.folder = folder
        self.binary = str(BINARY)
        self.environment = {**os.environ, "OUTPOST_HOME": str(folder / "home"), "NO_COLOR": "1"}

    def agent(self, sections, name="agent.yaml"):
        path = self.folder / name
        path.write_text("name: test\nmodel: none\n" + sections)
        return str(path)

    def peer(self, *flags, extra="reads: [add]"):
        """An agent file that uses the PyPI server over stdio."""
        run = ", ".join(f'"{word}"' for word in [sys.executable, str(PEER), *flags])
        return self.agent(f"mcp:\n  - name: peer\n    run: [{run}]\n    {extra}\n")


@pytest.fixture
def place(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    pytest.importorskip("mcp")
    return Place(tmp_path)
