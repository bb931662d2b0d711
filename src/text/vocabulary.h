// The tokens of one model: how each is spelled, what bytes it stands for, what kind it is, and
// which of them begin and end a text. Checked against its source once; immutable after that.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/string_index.h"
#include "text/vocabulary_source.h"

namespace outpost::text {

enum class SpellingStyle { kByteLevel, kSentencePiece, kWordPiece };

class Vocabulary {
public:
  // The largest in use have 262,144 tokens; a token of ordinary text has some tens of bytes.
  static constexpr std::size_t kTokenCountMax = 1u << 20;
  static constexpr std::size_t kSpecialTokenBytesMax = 512;

  // kCorruptData for lists of different lengths, ids beyond the list, byte tokens that are not
  // spelled as such; kLimitExceeded beyond the bounds above. Equal spellings: the first one is
  // found.
  static Result<Vocabulary> build(const VocabularySource& source, SpellingStyle style);

  [[nodiscard]] std::size_t size() const { return kinds_.size(); }
  [[nodiscard]] bool contains(TokenId token) const {
    return token >= 0 && static_cast<std::size_t>(token) < size();
  }
  // REQUIRES for the four below: contains(token).
  [[nodiscard]] std::string_view spelling(TokenId token) const { return spellings_[index(token)]; }
  [[nodiscard]] std::string_view bytes(TokenId token) const { return bytes_[index(token)]; }
  [[nodiscard]] TokenKind kind(TokenId token) const { return kinds_[index(token)]; }
  // The bytes are exactly what the spelling says: text of these bytes may become this token.
  [[nodiscard]] bool is_text(TokenId token) const { return is_text_[index(token)]; }

  [[nodiscard]] std::optional<TokenId> find(std::string_view spelling) const;

  [[nodiscard]] std::optional<TokenId> bos() const { return bos_; }
  [[nodiscard]] std::optional<TokenId> eos() const { return eos_; }
  [[nodiscard]] std::optional<TokenId> unknown() const { return unknown_; }
  [[nodiscard]] const std::vector<TokenId>& end_tokens() const { return end_tokens_; }

private:
  explicit Vocabulary(std::size_t token_count) : index_(token_count) {}
  static std::size_t index(TokenId token) { return static_cast<std::size_t>(token); }

  Status add_tokens(const VocabularySource& source, SpellingStyle style);
  Status add_bytes(TokenId token, SpellingStyle style);
  Status set_special_tokens(const VocabularySource& source, SpellingStyle style);

  StringPool spellings_, bytes_;
  StringIndex index_;
  std::vector<TokenKind> kinds_;
  std::vector<bool> is_text_;
  std::optional<TokenId> bos_, eos_, unknown_;
  std::vector<TokenId> end_tokens_;
};

} // namespace outpost::text
