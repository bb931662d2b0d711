// What a model file says about its tokenizer, as plain data: the only place where text/ meets
// gguf/. Nothing here is trusted yet; make_tokenizer() checks it.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/tokenizer.h"

namespace outpost::text {

struct VocabularySource {
  std::string_view model;        // tokenizer.ggml.model: gpt2, llama or bert (make_tokenizer())
  std::string_view pre;          // tokenizer.ggml.pre; empty: not said
  std::string_view architecture; // general.architecture
  std::vector<std::string_view> tokens;
  std::vector<TokenKind> kinds;         // as many as tokens, or none: all normal
  std::vector<float> scores;            // SentencePiece: as many as tokens
  std::vector<std::string_view> merges; // BPE: "left right", best first
  std::optional<std::uint64_t> bos, eos, end_of_turn, end_of_message, unknown;
  std::optional<std::uint64_t> cls, separator; // WordPiece
  std::optional<bool> adds_bos, adds_eos, adds_space_prefix;
};

// The views live as long as the file.
Result<VocabularySource> read_vocabulary(const gguf::File& file);

// Copies what it needs.
Result<std::unique_ptr<Tokenizer>> make_tokenizer(const VocabularySource& source);

} // namespace outpost::text
