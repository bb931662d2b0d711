"""The Responses and Decisions APIs with the openai package."""
import json

import jsonschema
import openai
import pytest

from conftest import KEY
from test_openai_client import MODEL, SCHEMA, TOOLS

FLAT_TOOLS = [{"type": "function", **TOOLS[0]["function"]}]


@pytest.fixture
def client(smollm2):
    return openai.OpenAI(base_url=smollm2.url + "/v1", api_key=KEY, max_retries=0)


def test_a_response_is_stored_and_gone_on_with(client):
    first = client.responses.create(model=MODEL, input="My name is Ann.", max_output_tokens=20, temperature=0)
    assert first.output_text and first.status in ("completed", "incomplete")
    assert client.responses.retrieve(first.id).output_text == first.output_text
    second = client.responses.create(model=MODEL, input="What is my name?", previous_response_id=first.id,
                                     max_output_tokens=20, temperature=0)
    assert second.usage.input_tokens > first.usage.input_tokens + first.usage.output_tokens
    assert second.usage.input_tokens_details.cached_tokens > 0
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)
    with pytest.raises(openai.BadRequestError, match="previous_response_id"):
        client.responses.create(model=MODEL, input="x", previous_response_id=first.id)
    unstored = client.responses.create(model=MODEL, input="x", store=False, max_output_tokens=2)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(unstored.id)


def test_events_add_up_to_the_response(client):
    request = {"model": MODEL, "input": "Say hello.", "max_output_tokens": 200, "temperature": 0}
    whole = client.responses.create(**request)
    events = list(client.responses.create(stream=True, **request))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events[:4]] == ["response.created", "response.in_progress",
                                                    "response.output_item.added", "response.content_part.added"]
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == whole.output_text
    assert events[-1].type in ("response.completed", "response.incomplete")
    assert events[-1].response.output_text == whole.output_text
    with client.responses.stream(**request) as stream:
        assert stream.get_final_response().output_text == whole.output_text


def test_calls_and_schemas(client):
    called = client.responses.create(model=MODEL, input="Weather in Paris?", tools=FLAT_TOOLS, tool_choice="required",
                                     max_output_tokens=80)
    call = called.output[-1]
    assert call.type == "function_call" and "city" in json.loads(call.arguments)
    after = client.responses.create(model=MODEL, previous_response_id=called.id, max_output_tokens=20, input=[
        {"type": "function_call_output", "call_id": call.call_id, "output": "18 degrees"}])
    assert after.output_text
    bound = client.responses.create(model=MODEL, input="Ann is 31.", max_output_tokens=60, text={
        "format": {"type": "json_schema", "name": "person", "schema": SCHEMA, "strict": True}})
    jsonschema.validate(json.loads(bound.output_text), SCHEMA)


def test_arguments_come_in_pieces_while_they_are_written(client):
    # A name of many tokens: those that are ready together go out as one piece.
    request = {"model": MODEL, "input": "Weather in Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch?",
               "tools": FLAT_TOOLS, "tool_choice": "required", "max_output_tokens": 80, "temperature": 0, "extra_body": {"generate_tool_calls": True}}
    whole = client.responses.create(**request).output[-1]
    events = list(client.responses.create(stream=True, **request))
    pieces = [event for event in events if event.type == "response.function_call_arguments.delta" and event.output_index == 0]
    done = next(event for event in events if event.type == "response.function_call_arguments.done")
    assert len(pieces) > 2 and "".join(piece.delta for piece in pieces) == done.arguments == whole.arguments
    assert events[-1].response.output[-1].arguments == whole.arguments


def test_decisions_are_probabilities_without_text(client):
    decision = client.decisions.create(model=MODEL, input="The parcel has not come and I want my money back.", questions=[
        {"type": "predicate", "name": "angry", "instructions": "The customer is content."},
        {"type": "choice", "instructions": "What is it about?",
         "choices": [{"value": "delivery"}, {"value": "weather", "description": "rain"}, {"value": True}]},
        {"type": "score", "instructions": "How urgent is it?", "levels": [{"label": "low"}, {"label": "high"}]}])
    predicate, choice, score = decision.answers
    assert predicate.name == "angry" and 0 <= predicate.probability <= 1
    assert sum(p.probability for p in choice.probabilities) == pytest.approx(1)
    best = max(choice.probabilities, key=lambda p: p.probability)
    assert choice.choice == best.value and choice.confidence == best.probability
    assert score.score == pytest.approx(score.probabilities[1].probability)
    assert decision.usage.output_tokens == 0 and decision.usage.input_tokens > 0
    with pytest.raises(openai.BadRequestError) as error:
        client.decisions.create(model=MODEL, input="x", questions=[
            {"type": "choice", "instructions": "?", "choices": [{"value": "a"}, {"value": "a"}]}])
    assert error.value.param == "questions[0].choices"


def test_tokens_and_back(smollm2):
    import httpx
    headers = {"Authorization": f"Bearer {KEY}"}
    text = "snö ❄ <|im_end|> done"
    tokens = httpx.post(smollm2.url + "/tokenize", headers=headers, json={"content": text}).json()
    assert tokens["count"] == len(tokens["tokens"]) > 3
    back = httpx.post(smollm2.url + "/detokenize", headers=headers, json={"tokens": tokens["tokens"]}).json()
    assert back["content"] == text
