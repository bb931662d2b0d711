"""The anthropic package against a real model."""
import anthropic
import pytest

from conftest import KEY
from test_openai_client import HELLO, MODEL

TOOLS = [{"name": "get_weather", "description": "The weather of a city.", "input_schema": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}]


@pytest.fixture
def client(smollm2):
    return anthropic.Anthropic(base_url=smollm2.url, api_key=KEY, max_retries=0)


def test_models(client):
    assert [model.id for model in client.models.list()] == [MODEL]


def test_a_message_whole_and_streamed(client):
    request = {"model": MODEL, "max_tokens": 24, "extra_body": {"temperature": 0}, "messages": HELLO, "system": "Be brief."}
    whole = client.messages.create(**request)
    assert whole.content[0].type == "text" and whole.stop_reason in ("end_turn", "max_tokens")
    with client.messages.stream(**request) as stream:
        assert "".join(stream.text_stream) == whole.content[0].text
        final = stream.get_final_message()
    assert final.content[0].text == whole.content[0].text and final.stop_reason == whole.stop_reason
    assert final.usage.output_tokens == whole.usage.output_tokens
    counted = client.messages.count_tokens(model=MODEL, messages=HELLO, system="Be brief.").input_tokens
    usage = whole.usage
    assert counted == usage.input_tokens + usage.cache_read_input_tokens


def test_arguments_come_in_pieces_while_they_are_written(client):
    request = {"model": MODEL, "max_tokens": 80, "tools": TOOLS, "tool_choice": {"type": "any"},
               "messages": [{"role": "user", "content": "What is the weather in Paris?"}],
               "extra_body": {"temperature": 0, "generate_tool_calls": True}}
    whole = next(block for block in client.messages.create(**request).content if block.type == "tool_use")
    with client.messages.stream(**request) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        final = stream.get_final_message()
    assert len(pieces) > 2
    call = next(block for block in final.content if block.type == "tool_use")
    assert (call.name, call.input) == (whole.name, whole.input)


def test_a_beginning_is_gone_on_with(client):
    answer = client.messages.create(model=MODEL, max_tokens=8, extra_body={"temperature": 0}, messages=[
        {"role": "user", "content": "Name a colour."}, {"role": "assistant", "content": "A colour is"}])
    assert answer.content[0].text


def test_a_call_and_its_result(client):
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    request = {"model": MODEL, "max_tokens": 80, "tools": TOOLS, "tool_choice": {"type": "any"},
               "extra_body": {"temperature": 0}}
    with client.messages.stream(messages=messages, **request) as stream:
        answer = stream.get_final_message()
    assert answer.stop_reason == "tool_use"
    call = answer.content[-1]
    assert call.type == "tool_use" and call.name == "get_weather" and isinstance(call.input["city"], str)
    messages += [{"role": "assistant", "content": answer.content},
                 {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "18 degrees"}]}]
    final = client.messages.create(messages=messages, **{**request, "tool_choice": {"type": "none"}})
    assert final.content[0].text


def test_errors(client, smollm2):
    with pytest.raises(anthropic.AuthenticationError):
        anthropic.Anthropic(base_url=smollm2.url, api_key="no", max_retries=0).messages.create(
            model=MODEL, max_tokens=4, messages=HELLO)
    with pytest.raises(anthropic.NotFoundError):
        client.messages.create(model="none", max_tokens=4, messages=HELLO)
    with pytest.raises(anthropic.BadRequestError, match="temperature"):
        client.messages.create(model=MODEL, max_tokens=4, messages=HELLO, extra_body={"temperature": 9})
    with pytest.raises(anthropic.BadRequestError, match="image"):
        client.messages.create(model=MODEL, max_tokens=4, messages=[{"role": "user", "content": [
            {"type": "image", "source": {"type": "url", "url": "http://example.org/x.png"}}]}])
