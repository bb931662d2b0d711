"""Clients that stand on top of the first ones: LangChain, LiteLLM, Agent Framework; and embeddings and the
rest that the plain clients ask for since."""
import asyncio
import base64
import struct

import anthropic
import ollama
import openai
import pytest
from conftest import KEY

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "The weather in a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
PERSON = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
          "required": ["name", "age"], "additionalProperties": False}
SAY = [{"role": "user", "content": "Say hello."}]


@pytest.fixture
def client(smollm2):
    return openai.OpenAI(base_url=smollm2.url + "/v1", api_key=KEY)


def test_openai_embeddings(client):
    one = client.embeddings.create(model="default", input=["a cat", "a kitten", "tax law"], encoding_format="float")
    vectors = [entry.embedding for entry in one.data]
    assert [len(v) for v in vectors] == [576] * 3 and one.usage.prompt_tokens > 3
    dot = [sum(a * b for a, b in zip(vectors[0], v)) for v in vectors]
    assert dot[0] == pytest.approx(1, abs=1e-5) and dot[1] > dot[2]
    raw = client.embeddings.create(model="default", input="a cat", encoding_format="base64").data[0].embedding
    values = struct.unpack("<576f", base64.b64decode(raw))
    assert values == pytest.approx(vectors[0], abs=1e-7)
    short = client.embeddings.create(model="default", input="a cat", dimensions=64).data[0].embedding
    assert len(short) == 64 and sum(v * v for v in short) == pytest.approx(1, abs=1e-5)
    with pytest.raises(openai.BadRequestError) as refused:
        client.embeddings.create(model="default", input="a", dimensions=9999)
    assert refused.value.param == "dimensions"


def test_openai_completes_several_prompts(client):
    answer = client.completions.create(model="default", prompt=["One two", "A b c"], n=2, max_tokens=4, temperature=0)
    assert [c.index for c in answer.choices] == [0, 1, 2, 3]
    assert answer.choices[0].text == answer.choices[1].text != answer.choices[2].text


def test_openai_background_response(client):
    made = client.responses.create(model="default", input="Count to five.", background=True, max_output_tokens=20)
    for _ in range(1000):
        if made.status not in ("queued", "in_progress"):
            break
        made = client.responses.retrieve(made.id)
    assert made.status in ("completed", "incomplete") and made.output_text
    assert client.responses.input_items.list(made.id).data[0].content[0].text == "Count to five."
    long = client.responses.create(model="default", input="Write a book.", background=True, max_output_tokens=1000)
    assert client.responses.cancel(long.id).status == "cancelled"
    assert client.responses.retrieve(long.id).status == "cancelled"


def test_ollama_embeds(smollm2):
    client = ollama.Client(host=smollm2.url, headers={"Authorization": f"Bearer {KEY}"})
    assert [len(v) for v in client.embed(model="default", input=["a", "b"]).embeddings] == [576, 576]
    assert len(client.embeddings(model="default", prompt="a").embedding) == 576
    assert "embedding" in client.show("default").capabilities


def test_anthropic_stop_sequence(smollm2):
    client = anthropic.Anthropic(base_url=smollm2.url, api_key=KEY)
    said = client.messages.create(model="default", max_tokens=60, stop_sequences=["e"], extra_body={"temperature": 0},
                                  messages=[{"role": "user", "content": "Say hello there."}])
    assert (said.stop_reason, said.stop_sequence) == ("stop_sequence", "e")


def test_langchain(smollm2):
    langchain = pytest.importorskip("langchain_openai")
    place = {"base_url": smollm2.url + "/v1", "api_key": KEY, "model": "default"}
    model = langchain.ChatOpenAI(**place, max_tokens=20, temperature=0)
    whole = model.invoke("Say hello.")
    assert whole.content and whole.usage_metadata["output_tokens"] > 0
    assert "".join(chunk.content for chunk in model.stream("Say hello.")) == whole.content
    called = model.bind_tools([WEATHER], tool_choice="get_weather").invoke("Weather in Paris?")
    assert called.tool_calls[0]["name"] == "get_weather" and "city" in called.tool_calls[0]["args"]
    shaped = langchain.ChatOpenAI(**place, max_tokens=60).with_structured_output(
        {"title": "person", **PERSON}, method="json_schema").invoke("Ann is 41.")
    assert set(shaped) == {"name", "age"}
    texts = langchain.OpenAIEmbeddings(**place, check_embedding_ctx_length=False)
    assert len(texts.embed_query("a cat")) == 576


def test_litellm(smollm2, monkeypatch):
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    litellm = pytest.importorskip("litellm")
    place = {"api_base": smollm2.url + "/v1", "api_key": KEY}
    whole = litellm.completion(model="openai/default", messages=SAY, max_tokens=12, temperature=0, **place)
    text = whole.choices[0].message.content
    assert text
    pieces = litellm.completion(model="openai/default", messages=SAY, max_tokens=12, temperature=0, stream=True, **place)
    assert "".join(piece.choices[0].delta.content or "" for piece in pieces) == text
    called = litellm.completion(model="openai/default", messages=SAY, tools=[WEATHER], tool_choice="required",
                                max_tokens=60, **place)
    assert called.choices[0].message.tool_calls[0].function.name == "get_weather"
    assert len(litellm.embedding(model="openai/default", input=["a"], **place).data[0]["embedding"]) == 576
    with pytest.raises(litellm.NotFoundError):
        litellm.completion(model="openai/none", messages=SAY, **place)


def test_agent_framework(smollm2):
    framework = pytest.importorskip("agent_framework.openai")
    asked = []

    def get_weather(city: str) -> str:
        """The weather in a city."""
        asked.append(city)
        return "sunny"

    async def run():
        chat = framework.OpenAIChatCompletionClient(model="default", api_key=KEY, base_url=smollm2.url + "/v1")
        agent = chat.as_agent(instructions="Be short.", tools=[get_weather])
        return await agent.run("What is the weather in Paris?")

    assert asyncio.run(run()).text is not None
