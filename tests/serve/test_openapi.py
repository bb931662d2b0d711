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
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
          "negative_data_rejection")


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


def test_no_server_error_and_no_breach(smollm2, tmp_path):
    if not PROGRAM.exists():
        pytest.skip("needs schemathesis")
    done = subprocess.run(
        [str(PROGRAM), "run", smollm2.url + "/openapi.json", "--url", smollm2.url, "-H", f"Authorization: Bearer {KEY}",
         "--phases", "fuzzing", "--max-examples", "15", "--seed", "1", "--checks", CHECKS, "--workers", "4"],
        capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == 0, done.stdout[-4000:]
