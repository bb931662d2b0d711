// Texts as vectors: near each other in direction when the texts are near in meaning.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/chat.h"
#include "chat/label.h"
#include "text/tokenizer.h"

namespace outpost::chat {

// How the hidden states of a text's tokens become one vector. Models made for embedding name
// theirs; of others the mean is taken.
enum class Pooling : std::uint8_t { kMean, kFirst, kLast };
std::string_view to_string(Pooling pooling);

using Embedding = std::vector<float>;

// To length 1 (Euclidean). One without a direction stays as it is.
void normalize(Embedding& embedding);
// The first `dimensions` values, of length 1 again (as Matryoshka models are made for: Kusupati et
// al., 2022). REQUIRES: dimensions <= size.
void shorten(Embedding& embedding, std::size_t dimensions);

struct EmbedRequest {
  PrincipalId principal;
  // Each a text, or the tokens of one as they are.
  std::vector<std::variant<std::string, std::vector<text::TokenId>>> inputs;
  bool truncates = false; // an input longer than the context is cut there; otherwise it is an error
  WorkClass work_class = WorkClass::kInteractive;
};

struct Embeddings {
  std::vector<Embedding> vectors; // [inputs], of length 1
  std::uint32_t prompt_tokens = 0;
};

} // namespace outpost::chat
