"""schemathesis makes requests of /openapi.json and holds the answers against it."""
import json
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import KEY
from test_server import ask

PROGRAM = pathlib.Path(sys.executable).with_name("schemathesis")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_every_operation_is_described(smollm2):
    described = json.loads(ask(smollm2, "GET", "/openapi.json")[1])
    known = described["components"]["schemas"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for name in json.dumps(operation).split("#/components/schemas/")[1:]:
                assert name.split('"')[0] in known
            # Ollama's delete names the model in a body.
            takes_body = (method == "post" and "cancel" not in path) or path == "/api/delete"
            assert ("requestBody" in operation) == takes_body, (method, path)


# One worker: of several, CPython 3.11 fails now and then to parse source (recursion depth of the AST constructor).
def make_requests(server, cwd, checks, *options, **environment):
    if not PROGRAM.exists():
        pytest.skip("needs schemathesis")
    done = subprocess.run(
        [str(PROGRAM), "run", server.url + "/openapi.json", "--url", server.url, "-H", f"Authorization: Bearer {KEY}",
         "--max-examples", "15", "--seed", "1", "--checks", checks, *options],
        capture_output=True, text=True, timeout=300, check=False, cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **environment})
    assert done.returncode == 0, done.stdout[-4000:]


def test_no_server_error_and_no_breach(smollm2, tmp_path):
    make_requests(smollm2, tmp_path, f"{CHECKS},negative_data_rejection", "--phases", "coverage,fuzzing")


def test_answers_keep_to_what_is_described(start, tmp_path):
    """The names of models that schemathesis makes up are unknown to the server; here each is the one in service."""
    make_requests(start("--api-key", KEY), tmp_path, CHECKS, "--phases", "fuzzing", "--exclude-path-regex", "copy|delete|pull",
                  SCHEMATHESIS_HOOKS="openapi_hooks", PYTHONPATH=str(pathlib.Path(__file__).parent))
