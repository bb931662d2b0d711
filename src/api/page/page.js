// The first page: a conversation with a model of this server, over the same API that programs use.
// The key stays in this tab (sessionStorage); messages stay in this page.
"use strict";

const element = (id) => document.getElementById(id);
const messages = []; // {role, content}
let answering = null; // the AbortController of the answer that is being made

function headers() {
  const key = element("key").value.trim();
  return { "Content-Type": "application/json", ...(key && { Authorization: "Bearer " + key }) };
}

function show(kind, text) {
  const box = document.createElement("div");
  box.className = "message " + kind;
  box.textContent = text;
  element("messages").append(box);
  box.scrollIntoView({ block: "end" });
  return box;
}

async function problemOf(response) {
  const body = await response.json().catch(() => null);
  return body?.error?.message ?? `the server answered ${response.status}`;
}

async function loadModels() {
  const response = await fetch("/v1/models", { headers: headers() });
  if (response.status === 401) {
    element("status").textContent = "Type the key that outpost serve showed when it started.";
    return;
  }
  if (!response.ok) throw new Error(await problemOf(response));
  const { data } = await response.json();
  const options = data.map(({ id }) => new Option(id, id));
  element("model").replaceChildren(...options);
  element("status").textContent = options.length ? "" : "The models are being loaded.";
}

// The data of server-sent events, as they come.
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith("data: ")) yield line.slice("data: ".length);
    }
  }
}

async function answer(box) {
  const started = performance.now();
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: headers(),
    signal: answering.signal,
    body: JSON.stringify({
      model: element("model").value || "default",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  if (!response.ok) throw new Error(await problemOf(response));
  for await (const data of eventsOf(response)) {
    if (data === "[DONE]") break;
    const { choices, usage, error } = JSON.parse(data);
    if (error) throw new Error(error.message);
    box.textContent += choices?.[0]?.delta?.content ?? "";
    box.scrollIntoView({ block: "end" });
    if (usage) {
      const seconds = (performance.now() - started) / 1000;
      element("status").textContent =
        `${usage.completion_tokens} tokens, ${(usage.completion_tokens / seconds).toFixed(0)} a second; ` +
        `${usage.prompt_tokens} read, ${usage.prompt_tokens_details.cached_tokens} of them from the cache`;
    }
  }
}

async function send(text) {
  messages.push({ role: "user", content: text });
  show("user", text);
  const box = show("assistant", "");
  answering = new AbortController();
  element("send").hidden = true;
  element("stop").hidden = false;
  try {
    await answer(box);
  } catch (error) {
    if (error.name !== "AbortError") show("error", error.message);
  }
  if (box.textContent) messages.push({ role: "assistant", content: box.textContent });
  else box.remove();
  answering = null;
  element("send").hidden = false;
  element("stop").hidden = true;
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = element("input").value.trim();
  if (!text || answering) return;
  element("input").value = "";
  send(text);
});
element("input").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  element("form").requestSubmit();
});
element("stop").addEventListener("click", () => answering?.abort());
element("clear").addEventListener("click", () => {
  answering?.abort();
  messages.length = 0;
  element("messages").replaceChildren();
});
element("key").value = sessionStorage.getItem("key") ?? "";
element("key").addEventListener("change", () => {
  sessionStorage.setItem("key", element("key").value.trim());
  loadModels().catch((error) => show("error", error.message));
});
loadModels().catch((error) => show("error", error.message));
