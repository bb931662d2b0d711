// Embeddings for any API: inputs as they are asked for, the work on the model, an answer rendered
// by who asked.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/fields.h"
#include "api/model_work.h"
#include "chat/embedding.h"

namespace outpost::api {

struct EmbeddingRequest {
  std::string model;
  chat::EmbedRequest embed; // its principal is set by start_embedding()
  std::optional<std::uint32_t> dimensions;
};

inline constexpr std::size_t kEmbeddingInputsMax = 2048;

// A text, the tokens of one, or an array of either, at `key`.
void read_embedding_inputs(Fields& fields, std::string_view key, EmbeddingRequest& out);
void read_dimensions(Fields& fields, EmbeddingRequest& out);

// How an API tells of vectors, and of a problem.
struct EmbeddingShape {
  std::function<std::string(const std::string& model, const chat::Embeddings& made)> body;
  http::Response (*error)(const Problem& problem);
};

// Answers the exchange, from a thread of the gate where there is something to do.
void start_embedding(Service& service, std::unique_ptr<http::Exchange> exchange,
                     EmbeddingRequest request, EmbeddingShape shape);

// [0.1, -0.2]
std::string floats_json(const chat::Embedding& embedding);

} // namespace outpost::api
