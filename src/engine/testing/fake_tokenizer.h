// A small vocabulary for tests: token n < 256 is the byte n, then an end token, control tokens, and
// a few tokens of several bytes, as a real vocabulary has them.
#pragma once
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace outpost::engine::testing {

class FakeTokenizer final : public text::Tokenizer {
public:
  static constexpr text::TokenId kEnd = 256;
  static constexpr text::TokenId kTurn = 257; // a control token
  static constexpr text::TokenId kFirstWord = 260;

  FakeTokenizer();
  using text::Tokenizer::encode;
  // Longest word first, else bytes. kParse knows "<end>" and "<turn>".
  void encode(std::string_view text, text::ControlTokens control, bool at_start,
              std::vector<text::TokenId>& out) const override;
  [[nodiscard]] std::string_view bytes(text::TokenId token) const override;
  [[nodiscard]] std::string_view spelling(text::TokenId token) const override;
  [[nodiscard]] text::TokenKind kind(text::TokenId token) const override;
  [[nodiscard]] std::size_t vocabulary_size() const override { return spellings_.size(); }
  [[nodiscard]] std::optional<text::TokenId> find(std::string_view spelling) const override;

private:
  std::vector<std::string> spellings_;
};

} // namespace outpost::engine::testing
