"""Every schema of tests/data/schemas, generated on the real model within 256 tokens, must validate."""
import json
import os
import pathlib

import jsonschema
import pytest

from conftest import ROOT

# As jsonschema checks them, but for the two whose checkers refuse the leap second that RFC 3339 allows.
FORMATS = jsonschema.FormatChecker(
    set(jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers) - {"date-time", "time"})
SCHEMAS = sorted((ROOT / "tests/data/schemas").glob("*.json"))
MODEL = pathlib.Path(os.environ.get("OUTPOST_MODELS_DIR", "")) / "SmolLM2-135M-Instruct.Q4_1.gguf"


def test_there_are_fifty_schemas():
    assert len(SCHEMAS) >= 50


@pytest.mark.skipif(not MODEL.is_file(), reason="needs OUTPOST_MODELS_DIR with SmolLM2-135M")
@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_answers_are_valid_within_256_tokens(outpost, path):
    answer = outpost.json("run", MODEL, "--json", "--quiet", "--temperature", "0", "--max-tokens", "256",
                          "--json-schema", path, "Make up a plausible example.")
    assert answer["finish_reason"] == "stop", answer
    schema = json.loads(path.read_text())
    validator = jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)
    jsonschema.validate(json.loads(answer["text"]), schema, cls=validator,
                        format_checker=FORMATS)
    assert answer["usage"]["completion_tokens"] <= 256
