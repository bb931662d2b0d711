"""The openai package against a real model."""
import json

import jsonschema
import openai
import pytest

from conftest import KEY

MODEL = "SmolLM2-135M-Instruct.Q4_1"
HELLO = [{"role": "user", "content": "Say hello."}]
TOOLS = [{"type": "function", "function": {
    "name": "get_weather", "description": "The weather of a city.", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
        "additionalProperties": False}}}]
SCHEMA = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 20},
                                           "age": {"type": "integer", "minimum": 0, "maximum": 150}},
          "required": ["name", "age"], "additionalProperties": False}


@pytest.fixture
def client(smollm2):
    return openai.OpenAI(base_url=smollm2.url + "/v1", api_key=KEY, max_retries=0)


def test_models_and_a_wrong_key(client, smollm2):
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).id == MODEL
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=smollm2.url + "/v1", api_key="no").models.list()


def test_a_stream_is_the_whole_answer_in_pieces(client):
    whole = client.chat.completions.create(model=MODEL, messages=HELLO, temperature=0, max_tokens=24)
    chunks = list(client.chat.completions.create(model=MODEL, messages=HELLO, temperature=0, max_tokens=24,
                                                 stream=True, stream_options={"include_usage": True}))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content and text
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    assert chunks[-1].usage.prompt_tokens_details.cached_tokens > 0  # asked before
    assert chunks[-2].choices[0].finish_reason == whole.choices[0].finish_reason


def test_limits_stops_choices_and_seeds(client):
    cut = client.chat.completions.create(model=MODEL, messages=HELLO, max_completion_tokens=3)
    assert cut.choices[0].finish_reason == "length" and cut.usage.completion_tokens == 3
    counted = [{"role": "user", "content": "Count: 1, 2, 3, 4, 5, 6"}]
    free = client.chat.completions.create(model=MODEL, messages=counted, temperature=0, max_tokens=30)
    word = free.choices[0].message.content.split()[2]
    stopped = client.chat.completions.create(model=MODEL, messages=counted, temperature=0, max_tokens=30, stop=[word])
    assert stopped.choices[0].message.content == free.choices[0].message.content.split(word)[0]
    first, second = (client.chat.completions.create(model=MODEL, messages=HELLO, n=3, seed=5, max_tokens=16)
                     for _ in range(2))
    texts = [choice.message.content for choice in first.choices]
    assert len(texts) == 3 and texts == [choice.message.content for choice in second.choices]
    assert len(set(texts)) > 1


def test_logprobs_and_bias(client):
    answer = client.chat.completions.create(model=MODEL, messages=HELLO, temperature=0, max_tokens=4, logprobs=True,
                                            top_logprobs=3)
    tokens = answer.choices[0].logprobs.content
    assert "".join(token.token for token in tokens) == answer.choices[0].message.content
    for token in tokens:
        assert len(token.top_logprobs) == 3 and token.logprob <= 0
        assert token.top_logprobs[0].token == token.token  # greedy
        assert bytes(token.bytes).decode() == token.token


def test_a_schema_binds_the_answer(client):
    for stream in (False, True):
        answer = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Ann is 31 years old."}], max_tokens=60, stream=stream,
            response_format={"type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA, "strict": True}})
        text = (answer.choices[0].message.content if not stream
                else "".join(chunk.choices[0].delta.content or "" for chunk in answer))
        jsonschema.validate(json.loads(text), SCHEMA)
    free = client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=60,
                                          response_format={"type": "json_object"})
    assert isinstance(json.loads(free.choices[0].message.content), dict)


def test_a_required_call_and_its_result(client):
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    for choice in ("required", {"type": "function", "function": {"name": "get_weather"}}):
        answer = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS, tool_choice=choice,
                                                max_tokens=80)
        assert answer.choices[0].finish_reason == "tool_calls"
        call = answer.choices[0].message.tool_calls[0]
        assert call.function.name == "get_weather" and isinstance(json.loads(call.function.arguments)["city"], str)
    messages += [answer.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "18 degrees"}]
    final = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS, tool_choice="none",
                                           max_tokens=30)
    assert final.choices[0].message.content
    pieces = list(client.chat.completions.create(model=MODEL, messages=messages[:1], tools=TOOLS, stream=True,
                                                 tool_choice="required", max_tokens=80))
    deltas = [c for chunk in pieces for c in chunk.choices[0].delta.tool_calls or []]
    assert "city" in json.loads("".join(d.function.arguments or "" for d in deltas if d.index == 0))


def test_arguments_come_in_pieces_while_they_are_written(client):
    request = {"model": MODEL, "messages": [{"role": "user", "content": "What is the weather in Paris?"}], "tools": TOOLS,
               "tool_choice": "required", "max_tokens": 80, "temperature": 0, "seed": 5,
               "extra_body": {"generate_tool_calls": True}}
    whole = client.chat.completions.create(**request).choices[0].message.tool_calls[0]
    deltas = [call for chunk in client.chat.completions.create(stream=True, **request)
              for call in chunk.choices[0].delta.tool_calls or [] if call.index == 0]
    assert len(deltas) > 2
    assert deltas[0].id == whole.id and [d.function.name for d in deltas] == [whole.function.name] + [None] * (len(deltas) - 1)
    assert "".join(d.function.arguments for d in deltas) == whole.function.arguments
    with client.chat.completions.stream(**request) as stream:
        final = stream.get_final_completion().choices[0].message.tool_calls[0]
    assert final.function.arguments == whole.function.arguments


def test_text_completions(client):
    whole = client.completions.create(model=MODEL, prompt="Once upon a", temperature=0, max_tokens=8, logprobs=2)
    assert whole.choices[0].text and len(whole.choices[0].logprobs.tokens) == 8
    stream = client.completions.create(model=MODEL, prompt="Once upon a", temperature=0, max_tokens=8, stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == whole.choices[0].text


@pytest.mark.parametrize("bad, parameter", [
    ({"temperature": 9}, "temperature"), ({"n": 1000}, "n"), ({"extra_body": {"nonsense": 1}}, "nonsense"),
    ({"tool_choice": "required"}, "tool_choice"), ({"reasoning_effort": "extreme"}, "reasoning_effort")])
def test_errors_name_the_parameter(client, bad, parameter):
    with pytest.raises(openai.BadRequestError) as error:
        client.chat.completions.create(model=MODEL, messages=HELLO, **bad)
    assert error.value.param == parameter


def test_more_errors(client):
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt-9", messages=HELLO)
    with pytest.raises(openai.BadRequestError, match="token"):
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "a b " * 20000}])
    with pytest.raises(openai.InternalServerError):  # 504
        client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=1000, extra_body={"timeout": 0.001})


BAD_SCHEMAS = [{"type": "nonsense"}, {"$ref": "#/$defs/none"}, {"type": "string", "pattern": "(["},
               {"type": "string", "pattern": "(a)\\1"}, {"allOf": 3}, {"type": "object", "properties": []},
               {"type": "object", "required": "x"}, {"enum": []}, {"type": "integer", "minimum": "a"},
               {"$ref": "http://example.org/schema"}, {"type": "array", "items": {"type": "nope"}}]


@pytest.mark.parametrize("schema", BAD_SCHEMAS, ids=json.dumps)
def test_a_schema_that_cannot_bind_gives_no_token(client, schema):
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError):
            client.chat.completions.create(
                model=MODEL, messages=HELLO, stream=stream,
                response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})


def test_a_cancelled_stream_is_given_up(client):
    stream = client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=1000, stream=True)
    next(iter(stream))
    stream.close()
    assert client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=2).choices
