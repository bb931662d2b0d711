"""The ollama package against a real model."""
import json

import jsonschema
import ollama
import pytest

from conftest import KEY
from test_openai_client import HELLO, MODEL, SCHEMA, TOOLS

GREEDY = {"temperature": 0, "num_predict": 16}


@pytest.fixture
def client(smollm2):
    return ollama.Client(host=smollm2.url, headers={"Authorization": f"Bearer {KEY}"})


def test_models_are_listed_and_shown(client):
    assert [model.model for model in client.list().models] == [MODEL]
    assert [model.model for model in client.ps().models] == [MODEL]
    assert "completion" in client.show(MODEL).capabilities


def test_chat_whole_and_in_pieces(client):
    whole = client.chat(MODEL, HELLO, options=GREEDY)
    assert whole.done and whole.message.content and whole.eval_count > 0 and whole.prompt_eval_count > 0
    pieces = list(client.chat(MODEL + ":latest", HELLO, options=GREEDY, stream=True))
    assert "".join(piece.message.content for piece in pieces) == whole.message.content
    assert pieces[-1].done and pieces[-1].done_reason == whole.done_reason
    assert not any(piece.done for piece in pieces[:-1])


def test_generate_with_system_and_raw(client):
    answer = client.generate(MODEL, "Say hello.", system="Be brief.", options=GREEDY)
    assert answer.response and answer.done_reason in ("stop", "length")
    raw = client.generate(MODEL, "Once upon a", raw=True, options=GREEDY, stream=True)
    assert "".join(piece.response for piece in raw)
    assert client.generate(MODEL, "").done_reason == "load"


def test_a_schema_and_json(client):
    answer = client.chat(MODEL, [{"role": "user", "content": "Ann is 31."}], format=SCHEMA, options={"num_predict": 60})
    jsonschema.validate(json.loads(answer.message.content), SCHEMA)
    assert isinstance(json.loads(client.generate(MODEL, "Any object.", format="json").response), dict)


def test_a_conversation_with_a_call(client):
    messages = [{"role": "user", "content": "Weather in Paris?"},
                {"role": "assistant", "content": "", "tool_calls": [
                    {"function": {"name": "get_weather", "arguments": {"city": "Paris"}}}]},
                {"role": "tool", "content": "18 degrees", "tool_name": "get_weather"}]
    assert client.chat(MODEL, messages, tools=TOOLS, options={"num_predict": 30}).done


def test_errors(client):
    with pytest.raises(ollama.ResponseError) as error:
        client.chat("none", HELLO)
    assert error.value.status_code == 404
    with pytest.raises(ollama.ResponseError) as error:
        client.chat(MODEL, HELLO, options={"temperature": 9})
    assert error.value.status_code == 400 and "temperature" in error.value.error
    with pytest.raises(ollama.ResponseError) as error:
        client.chat(MODEL, HELLO, think="much")
    assert error.value.status_code == 400 and "think" in error.value.error
    assert not client.chat(MODEL, HELLO, think=True, options={"num_predict": 4}).message.thinking  # it does not think
