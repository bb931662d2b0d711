// What test_node_client.py runs: the openai package from npm against a server. Prints "ok".
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [url, apiKey] = process.argv.slice(2);
const OpenAI = createRequire(process.env.NODE_MODULES + "/")("openai");
const client = new OpenAI.OpenAI({ baseURL: url + "/v1", apiKey, maxRetries: 0 });
const ask = { model: "default", messages: [{ role: "user", content: "Say hello." }], max_tokens: 12, temperature: 0 };

const whole = await client.chat.completions.create(ask);
assert.ok(whole.choices[0].message.content);

let text = "";
for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
  text += chunk.choices[0]?.delta?.content ?? "";
}
assert.equal(text, whole.choices[0].message.content);

const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const called = await client.chat.completions.create({
  ...ask, max_tokens: 60, tool_choice: "required",
  tools: [{ type: "function", function: { name: "get_weather", parameters } }],
});
const call = called.choices[0].message.tool_calls[0].function;
assert.equal(call.name, "get_weather");
assert.equal(typeof JSON.parse(call.arguments).city, "string");

const shaped = await client.chat.completions.create({
  ...ask, max_tokens: 60, response_format: { type: "json_schema", json_schema: { name: "place", schema: parameters } },
});
assert.equal(typeof JSON.parse(shaped.choices[0].message.content).city, "string");

const made = await client.embeddings.create({ model: "default", input: ["a cat", "a kitten"] });
assert.deepEqual(made.data.map(({ embedding }) => embedding.length), [576, 576]);

const response = await client.responses.create({ model: "default", input: "Say hello.", max_output_tokens: 12 });
assert.ok(response.output_text);

await assert.rejects(client.chat.completions.create({ ...ask, model: "none" }), OpenAI.NotFoundError);
await assert.rejects(client.chat.completions.create({ ...ask, temperature: 9 }), OpenAI.BadRequestError);

const leaving = await client.chat.completions.create({ ...ask, max_tokens: 500, stream: true });
for await (const _ of leaving) {
  leaving.controller.abort();
}
console.log("ok");
