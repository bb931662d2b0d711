// Text to token ids and back, as the model's file defines it. Byte-level BPE with hand-written
// pre-tokenisers, the SentencePiece style, and WordPiece. Linear time, constant stack, whatever the
// text: a 1 MiB run of one character takes under a second.
//
// Immutable after load(); encode() is safe from any thread.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace outpost::gguf {
class File;
}

namespace outpost::text {

using TokenId = std::int32_t;

enum class TokenKind : std::uint8_t { kNormal, kUnknown, kControl, kUserDefined, kUnused, kByte };

// Whether "<|im_end|>" inside the text is the control token or eleven characters. Scaffold is
// tokenised with kParse, whatever a person, a tool or a file said with kPlain.
enum class ControlTokens { kPlain, kParse };

class Tokenizer {
public:
  // From the tokenizer.ggml.* keys; a file with a vocabulary and no tensors will do. An unknown
  // tokenizer model or pre-tokenizer name is kUnsupported and names it, never a silent default.
  static Result<std::unique_ptr<Tokenizer>> load(const gguf::File& file);
  virtual ~Tokenizer() = default;

  // Appends the ids of `text` (any bytes; not necessarily UTF-8). Adds no BOS and no EOS; for
  // SentencePiece styles `at_start` says that a prefix space is due where the file asks for it.
  // Bytes that no token covers give the file's unknown token; nothing where it has none or names a
  // control token (SmolLM2 lacks tokens for bytes of unassigned planes).
  virtual void encode(std::string_view text, ControlTokens control, bool at_start,
                      std::vector<TokenId>& out) const = 0;
  std::vector<TokenId> encode(std::string_view text, ControlTokens control) const;

  // The bytes a token stands for; empty for control tokens and for ids outside the vocabulary.
  // A token may hold part of a character: see Detokenizer for streams.
  [[nodiscard]] virtual std::string_view bytes(TokenId token) const = 0;
  // The token as the file spells it ("<|im_end|>", "Ġthe").
  [[nodiscard]] virtual std::string_view spelling(TokenId token) const = 0;
  [[nodiscard]] virtual TokenKind kind(TokenId token) const = 0;
  [[nodiscard]] virtual std::size_t vocabulary_size() const = 0;
  // The token with exactly this spelling, if there is one.
  [[nodiscard]] virtual std::optional<TokenId> find(std::string_view spelling) const = 0;

  [[nodiscard]] std::optional<TokenId> bos() const { return bos_; }
  [[nodiscard]] std::optional<TokenId> eos() const { return eos_; }
  [[nodiscard]] bool adds_bos() const { return adds_bos_; }
  // Whether a text to embed ends with EOS. (Prompts never do: they are to be continued.)
  [[nodiscard]] bool adds_eos() const { return adds_eos_; }
  // Every token that ends generation: EOS, end of turn, end of message.
  [[nodiscard]] std::span<const TokenId> end_tokens() const { return end_tokens_; }

protected:
  std::optional<TokenId> bos_, eos_;
  bool adds_bos_ = false;
  bool adds_eos_ = false;
  std::vector<TokenId> end_tokens_;
};

// Tokens to text for a stream: holds back an unfinished character until it is whole, and replaces
// what can never become one with U+FFFD, so that every piece it gives is valid UTF-8.
class Detokenizer {
public:
  // `strip_leading_space`: SentencePiece styles, whose first token carries the prefix space.
  // `spelled`: control tokens that are shown as the file spells them; they must outlive this.
  explicit Detokenizer(const Tokenizer& tokenizer, bool strip_leading_space = false,
                       std::span<const TokenId> spelled = {});
  // The text that became certain with this token; may be empty.
  std::string push(TokenId token);
  // What is left at the end.
  std::string finish();

private:
  const Tokenizer& tokenizer_;
  std::string pending_;
  bool strip_next_space_;
  std::span<const TokenId> spelled_;
};

} // namespace outpost::text
