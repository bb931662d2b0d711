#include "api/openai/embeddings.h"

#include <bit>
#include <utility>

#include "api/embedding.h"
#include "api/openai/errors.h"
#include "base/base64.h"
#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

struct Request {
  EmbeddingRequest embedding;
  bool is_base64 = false;
};

tl::expected<Request, Problem> read_request(std::string_view body) {
  return read_body<Request>(body, [](Fields& fields, Request& out) {
    out.embedding.model = fields.required_text("model");
    read_embedding_inputs(fields, "input", out.embedding);
    read_dimensions(fields, out.embedding);
    const std::string format = fields.text("encoding_format").value_or("float");
    out.is_base64 = format == "base64";
    if (format != "float" && format != "base64") {
      fields.mistake("encoding_format", "must be float or base64");
    }
    fields.ignore({"user"});
  });
}

// Little-endian floats of 32 bits, whatever the machine.
std::string base64_of(chat::Embedding embedding) {
  if constexpr (std::endian::native == std::endian::big) {
    for (float& value : embedding) {
      value = std::bit_cast<float>(__builtin_bswap32(std::bit_cast<std::uint32_t>(value)));
    }
  }
  return base64(std::as_bytes(std::span(embedding)));
}

std::string body_of(const std::string& model, const chat::Embeddings& made, bool is_base64) {
  JsonArray data;
  for (std::size_t i = 0; i < made.vectors.size(); ++i) {
    JsonObject entry;
    entry.add("object", "embedding");
    entry.add("index", i);
    if (is_base64) {
      entry.add("embedding", base64_of(made.vectors[i]));
    } else {
      entry.add_raw("embedding", floats_json(made.vectors[i]));
    }
    data.add_raw(entry.text());
  }
  JsonObject usage;
  usage.add("prompt_tokens", made.prompt_tokens);
  usage.add("total_tokens", made.prompt_tokens);
  JsonObject out;
  out.add("object", "list");
  out.add_raw("data", data.text());
  out.add("model", model);
  out.add_raw("usage", usage.text());
  return out.text();
}

} // namespace

void embeddings(Service& service, std::unique_ptr<http::Exchange> exchange) {
  auto request = read_request(exchange->request().body);
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  EmbeddingShape shape{[is_base64 = request->is_base64](const auto& model, const auto& made) {
                         return body_of(model, made, is_base64);
                       },
                       error_response};
  start_embedding(service, std::move(exchange), std::move(request->embedding), std::move(shape));
}

} // namespace outpost::api::openai
