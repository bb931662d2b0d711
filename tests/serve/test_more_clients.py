"""Embeddings and the rest that the plain clients ask for since."""
import base64
import struct

import anthropic
import ollama
import openai
import pytest
from conftest import KEY


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
