#include "engine/testing/fake_tokenizer.h"

#include <algorithm>

namespace outpost::engine::testing {

using text::TokenId;
using text::TokenKind;

FakeTokenizer::FakeTokenizer() {
  for (int byte = 0; byte < 256; ++byte) spellings_.emplace_back(1, static_cast<char>(byte));
  for (const char* name : {"<end>", "<turn>", "<a>", "<b>"}) spellings_.emplace_back(name);
  for (const char* word : {"\"}", "\"]", "\"\"", "[]", "{}", "}]", "\"}]", "\":", "\",", "the ",
                           "null", "true", "false", "----", "aaaa", "12"}) {
    spellings_.emplace_back(word);
  }
  eos_ = kEnd;
  end_tokens_ = {kEnd};
}

void FakeTokenizer::encode(std::string_view text, text::ControlTokens control, bool,
                           std::vector<TokenId>& out) const {
  while (!text.empty()) {
    TokenId best = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    for (std::size_t id = 256; id < spellings_.size(); ++id) {
      const bool is_control = id < static_cast<std::size_t>(kFirstWord);
      if (is_control && control == text::ControlTokens::kPlain) continue;
      if (text.starts_with(spellings_[id]) && spellings_[id].size() > length) {
        best = static_cast<TokenId>(id);
        length = spellings_[id].size();
      }
    }
    out.push_back(best);
    text.remove_prefix(length);
  }
}

std::string_view FakeTokenizer::bytes(TokenId token) const {
  return kind(token) == TokenKind::kControl ? std::string_view() : spelling(token);
}

std::string_view FakeTokenizer::spelling(TokenId token) const {
  const auto id = static_cast<std::size_t>(token);
  return token >= 0 && id < spellings_.size() ? std::string_view(spellings_[id]) : "";
}

TokenKind FakeTokenizer::kind(TokenId token) const {
  if (token < 256) return TokenKind::kByte;
  return token < kFirstWord ? TokenKind::kControl : TokenKind::kNormal;
}

std::optional<TokenId> FakeTokenizer::find(std::string_view spelling) const {
  const auto found = std::ranges::find(spellings_, spelling);
  if (found == spellings_.end()) return std::nullopt;
  return static_cast<TokenId>(found - spellings_.begin());
}

} // namespace outpost::engine::testing
