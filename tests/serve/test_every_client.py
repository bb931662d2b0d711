"""One table for all clients that docs/serving.md names: whole, streamed, a call and its result, a schema, embeddings,
errors, and a stream that is left. What each API can do beyond that is in the file of its client."""
import asyncio
import contextlib
import json

import anthropic
import jsonschema
import ollama
import openai
import pytest

from conftest import KEY
from test_openai_client import HELLO, MODEL, SCHEMA, TOOLS
from test_server import metric, wait_until

ANN = [{"role": "user", "content": "Ann is 31 years old."}]
WEATHER = [{"role": "user", "content": "What is the weather in Paris?"}]
LONG = [{"role": "user", "content": "Write a long story about the sea."}]  # greedy: more than 1,200 tokens, 390 steps
LONG_TOKENS = 1200
FUNCTION = TOOLS[0]["function"]


class OpenAi:
    """Each client answers the same questions: text, pieces of text, (tool, arguments), and so on."""
    wrong_model, wrong_value = openai.NotFoundError, openai.BadRequestError
    useless = ("temperature", 9)

    def __init__(self, server, key=KEY):
        self.client = openai.OpenAI(base_url=server.url + "/v1", api_key=key, max_retries=0)

    def ask(self, messages=HELLO, **fields):
        return self.client.chat.completions.create(
            **{"model": MODEL, "messages": messages, "temperature": 0, "max_tokens": 24, **fields})

    def whole(self, **fields):
        return self.ask(**fields).choices[0].message.content

    def pieces(self, messages=HELLO, tokens=24):
        with self.ask(messages, max_tokens=tokens, stream=True) as stream:
            for chunk in stream:
                yield chunk.choices[0].delta.content or ""

    def call(self):
        message = self.ask(WEATHER, tools=TOOLS, tool_choice="required", max_tokens=80).choices[0].message
        call = message.tool_calls[0]
        after = [*WEATHER, message, {"role": "tool", "tool_call_id": call.id, "content": "18 degrees"}]
        return (call.function.name, json.loads(call.function.arguments),
                self.whole(messages=after, tools=TOOLS, tool_choice="none"))

    def shaped(self):
        return json.loads(self.whole(messages=ANN, max_tokens=60, response_format={
            "type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA, "strict": True}}))

    def embedded(self):
        made = self.client.embeddings.create(model=MODEL, input=["a cat", "tax law"])
        return [entry.embedding for entry in made.data]

    def of_no_model(self):
        self.ask(model="none")

    def of_no_use(self):
        self.ask(**dict([self.useless]))


class Ollama(OpenAi):
    wrong_model = wrong_value = ollama.ResponseError

    def __init__(self, server, key=KEY):
        self.client = ollama.Client(host=server.url, headers={"Authorization": f"Bearer {key}"})

    def ask(self, messages=HELLO, model=MODEL, tokens=24, temperature=0, **fields):
        return self.client.chat(model, messages, options={"temperature": temperature, "num_predict": tokens}, **fields)

    def whole(self, **fields):
        return self.ask(**fields).message.content

    def pieces(self, messages=HELLO, tokens=24):
        with contextlib.closing(self.ask(messages, tokens=tokens, stream=True)) as stream:
            for piece in stream:
                yield piece.message.content

    def call(self):  # this API has no choice of tools: the question has to suggest the call
        message = self.ask(WEATHER, tools=TOOLS, tokens=80).message
        call = message.tool_calls[0].function
        after = [*WEATHER, message, {"role": "tool", "content": "18 degrees", "tool_name": call.name}]
        return call.name, call.arguments, self.whole(messages=after)

    def shaped(self):
        return json.loads(self.whole(messages=ANN, tokens=60, format=SCHEMA))

    def embedded(self):
        return self.client.embed(MODEL, ["a cat", "tax law"]).embeddings


class Anthropic(OpenAi):
    wrong_model, wrong_value = anthropic.NotFoundError, anthropic.BadRequestError

    def __init__(self, server, key=KEY):
        self.client = anthropic.Anthropic(base_url=server.url, api_key=key, max_retries=0)

    def ask(self, messages=HELLO, temperature=0, **fields):
        return self.client.messages.create(**{"model": MODEL, "messages": messages, "max_tokens": 24,
                                              "extra_body": {"temperature": temperature}, **fields})

    def whole(self, **fields):
        return self.ask(**fields).content[0].text

    def pieces(self, messages=HELLO, tokens=24):
        with self.client.messages.stream(model=MODEL, messages=messages, max_tokens=tokens,
                                         extra_body={"temperature": 0}) as stream:
            yield from stream.text_stream

    def call(self):
        tools = [{"name": FUNCTION["name"], "input_schema": FUNCTION["parameters"]}]
        content = self.ask(WEATHER, tools=tools, tool_choice={"type": "any"}, max_tokens=80).content
        call = content[-1]
        after = [*WEATHER, {"role": "assistant", "content": content}, {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": call.id, "content": "18 degrees"}]}]
        return call.name, call.input, self.whole(messages=after, tools=tools, tool_choice={"type": "none"})

    def shaped(self):
        form = {"format": {"type": "json_schema", "schema": SCHEMA}}
        return json.loads(self.whole(messages=ANN, max_tokens=60, output_config=form))

    embedded = None  # this API has none


class LangChain(OpenAi):
    def __init__(self, server, key=KEY):
        self.library = pytest.importorskip("langchain_openai")
        self.place = {"base_url": server.url + "/v1", "api_key": key}

    def model(self, **fields):
        return self.library.ChatOpenAI(**{**self.place, "model": MODEL, "temperature": 0, "max_tokens": 24,
                                          "max_retries": 0, **fields})

    def whole(self):
        return self.model().invoke(HELLO).content

    def pieces(self, messages=HELLO, tokens=24):
        with contextlib.closing(self.model(max_tokens=tokens).stream(messages)) as stream:
            for chunk in stream:
                yield chunk.content

    def call(self):
        model = self.model(max_tokens=80)
        message = model.bind_tools(TOOLS, tool_choice="any").invoke(WEATHER)
        call = message.tool_calls[0]
        after = [*WEATHER, message, {"role": "tool", "tool_call_id": call["id"], "content": "18 degrees"}]
        return call["name"], call["args"], model.bind_tools(TOOLS, tool_choice="none").invoke(after).content

    def shaped(self):
        return self.model(max_tokens=60).with_structured_output({"title": "person", **SCHEMA}, method="json_schema").invoke(ANN)

    def embedded(self):
        texts = self.library.OpenAIEmbeddings(**self.place, model=MODEL, check_embedding_ctx_length=False)
        return texts.embed_documents(["a cat", "tax law"])

    def of_no_model(self):
        self.model(model="none").invoke(HELLO)

    def of_no_use(self):
        self.model(**dict([self.useless])).invoke(HELLO)


class LiteLlm(OpenAi):
    def __init__(self, server, key=KEY):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else it asks the network at its import
            self.library = pytest.importorskip("litellm")
        self.wrong_model, self.wrong_value = self.library.NotFoundError, self.library.BadRequestError
        self.place = {"api_base": server.url + "/v1", "api_key": key}

    def ask(self, messages=HELLO, model=MODEL, **fields):
        return self.library.completion(**{**self.place, "model": f"openai/{model}", "messages": messages, "temperature": 0,
                                          "max_tokens": 24, "num_retries": 0, **fields})

    def pieces(self, messages=HELLO, tokens=24):
        stream = self.ask(messages, max_tokens=tokens, stream=True)
        try:
            for chunk in stream:
                yield chunk.choices[0].delta.content or ""
        finally:
            stream.completion_stream.close()  # the wrapper has no close of its own

    def embedded(self):
        made = self.library.embedding(model=f"openai/{MODEL}", input=["a cat", "tax law"], **self.place)
        return [entry["embedding"] for entry in made.data]


class AgentFramework:
    """Its clients of the two APIs; all of it is asynchronous, and a client stays in one loop."""
    useless = ("top_logprobs", 99)  # it looks at the temperature itself

    def __init__(self, server, kind, key=KEY):
        self.library = pytest.importorskip("agent_framework.openai")
        self.base = pytest.importorskip("agent_framework")
        self.wrong_model = self.wrong_value = self.base.exceptions.ChatClientException
        self.place = {"base_url": server.url + "/v1", "api_key": key}
        self.chat = getattr(self.library, kind)(model=MODEL, **self.place)
        self.runner = asyncio.Runner()

    def ask(self, messages=HELLO, **options):
        asked = [self.base.Message(m["role"], [m["content"]]) for m in messages]

        async def run():
            return await self.chat.get_response(asked, options={"temperature": 0, "max_tokens": 24, **options})
        return self.runner.run(run())

    def whole(self):
        return self.ask().text

    def pieces(self, messages=HELLO, tokens=24):
        asked = [self.base.Message(m["role"], [m["content"]]) for m in messages]
        stream = self.chat.get_response(asked, stream=True, options={"temperature": 0, "max_tokens": tokens})
        updates = aiter(stream)

        async def next_one():
            return await anext(updates)
        try:
            with contextlib.suppress(StopAsyncIteration):
                while True:  # a text that is whole comes once more, to replace its pieces
                    yield "".join(content.text for content in self.runner.run(next_one()).contents
                                  if content.type == "text" and content.merge_mode != "replace")
        finally:
            self.runner.run(stream.close())

    def call(self):
        asked = []

        def get_weather(city: str) -> str:
            """The weather of a city."""
            asked.append({"city": city})
            return "18 degrees"

        async def run():
            agent = self.base.Agent(client=self.chat, tools=[get_weather])
            return await agent.run("What is the weather in Paris?", options={
                "tool_choice": "required", "temperature": 0, "max_tokens": 80})
        answer = self.runner.run(run())
        return "get_weather", asked[0], answer.text

    def shaped(self):
        form = {"type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA, "strict": True}}
        return json.loads(self.ask(ANN, max_tokens=60, response_format=form).text)

    def embedded(self):
        async def run():
            client = self.library.OpenAIEmbeddingClient(model=MODEL, **self.place)
            return [made.vector for made in await client.get_embeddings(["a cat", "tax law"])]
        return self.runner.run(run())

    def of_no_model(self):
        self.ask(model="none")

    def of_no_use(self):
        self.ask(**dict([self.useless]))


CLIENTS = {
    "openai": OpenAi, "ollama": Ollama, "anthropic": Anthropic, "langchain-openai": LangChain, "litellm": LiteLlm,
    "agent-framework-openai": lambda server: AgentFramework(server, "OpenAIChatCompletionClient"),
    "agent-framework-openai responses": lambda server: AgentFramework(server, "OpenAIChatClient"),
}


@pytest.fixture(params=CLIENTS)
def client(request, smollm2):
    return CLIENTS[request.param](smollm2)


def test_whole_and_streamed(client):
    whole = client.whole()
    pieces = [piece for piece in client.pieces() if piece]
    assert whole and "".join(pieces) == whole and len(pieces) > 1


def test_a_call_and_its_result(client):
    name, arguments, answer = client.call()
    assert name == "get_weather" and set(arguments) == {"city"} and isinstance(arguments["city"], str)
    assert answer is not None


def test_a_schema(client):
    jsonschema.validate(client.shaped(), SCHEMA)


def test_embeddings(client):
    if client.embedded is None:
        return
    cat, law = client.embedded()
    assert len(cat) == len(law) == 576 and sum(v * v for v in cat) == pytest.approx(1, abs=1e-5)


def test_errors(client):
    with pytest.raises(client.wrong_model, match="none"):
        client.of_no_model()
    with pytest.raises(client.wrong_value, match=client.useless[0]):
        client.of_no_use()


def test_a_stream_that_is_left_is_given_up(client, smollm2):
    pieces = client.pieces(LONG, LONG_TOKENS)
    assert next(pieces) is not None
    pieces.close()
    steps = metric(smollm2, "outpost_engine_steps")
    wait_until(lambda: metric(smollm2, "outpost_engine_running") + metric(smollm2, "outpost_running_answers") == 0)
    assert metric(smollm2, "outpost_engine_steps") - steps < 100  # all of it takes 390
