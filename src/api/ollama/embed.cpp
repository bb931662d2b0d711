#include "api/ollama/embed.h"

#include <utility>

#include "api/embedding.h"
#include "api/ollama/chat_request.h"
#include "api/ollama/writer.h"
#include "base/json_text.h"

namespace outpost::api::ollama {
namespace {

// Settings of Ollama's runner; none of them changes an embedding.
void read_embedding_fields(Fields& fields, EmbeddingRequest& out) {
  out.model = model_name(fields.required_text("model"));
  fields.ignore({"options", "keep_alive"});
}

tl::expected<EmbeddingRequest, Problem> read_embed(std::string_view body) {
  return read_body<EmbeddingRequest>(body, [](Fields& fields, EmbeddingRequest& out) {
    read_embedding_fields(fields, out);
    read_embedding_inputs(fields, "input", out);
    read_dimensions(fields, out);
    out.embed.truncates = fields.flag("truncate").value_or(true);
  });
}

tl::expected<EmbeddingRequest, Problem> read_embed_one(std::string_view body) {
  return read_body<EmbeddingRequest>(body, [](Fields& fields, EmbeddingRequest& out) {
    read_embedding_fields(fields, out);
    out.embed.inputs.emplace_back(fields.required_text("prompt"));
    out.embed.truncates = true;
  });
}

std::string embed_body(Service& service, std::chrono::nanoseconds arrived, const std::string& model,
                       const chat::Embeddings& made) {
  JsonArray vectors;
  for (const chat::Embedding& vector : made.vectors) vectors.add_raw(floats_json(vector));
  JsonObject out;
  out.add("model", model);
  out.add_raw("embeddings", vectors.text());
  out.add("total_duration", (service.clock.monotonic() - arrived).count());
  out.add("load_duration", 0);
  out.add("prompt_eval_count", made.prompt_tokens);
  return out.text();
}

void start(Service& service, std::unique_ptr<http::Exchange> exchange,
           tl::expected<EmbeddingRequest, Problem> request, EmbeddingShape shape) {
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  start_embedding(service, std::move(exchange), *std::move(request), std::move(shape));
}

} // namespace

void embed(Service& service, std::unique_ptr<http::Exchange> exchange) {
  const auto arrived = exchange->request().arrived;
  auto request = read_embed(exchange->request().body);
  EmbeddingShape shape{[&service, arrived](const auto& model, const auto& made) {
                         return embed_body(service, arrived, model, made);
                       },
                       error_response};
  start(service, std::move(exchange), std::move(request), std::move(shape));
}

void embed_one(Service& service, std::unique_ptr<http::Exchange> exchange) {
  auto request = read_embed_one(exchange->request().body);
  EmbeddingShape shape{[](const auto&, const chat::Embeddings& made) {
                         return "{\"embedding\": " + floats_json(made.vectors.front()) + "}";
                       },
                       error_response};
  start(service, std::move(exchange), std::move(request), std::move(shape));
}

} // namespace outpost::api::ollama
