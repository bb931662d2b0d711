// A small byte-level tokenizer for tests and fuzzers: one token for each byte, a few longer ones,
// and control tokens; longest match from the left. No file needed.
#pragma once
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace outpost::test_support {

class FakeTokenizer : public text::Tokenizer {
public:
  // Ids: 0..255 the bytes, then `words`, then `controls`; the last control token ends the text.
  FakeTokenizer(std::vector<std::string> words, std::vector<std::string> controls) {
    for (int byte = 0; byte < 256; ++byte) spellings_.emplace_back(1, static_cast<char>(byte));
    for (std::string& word : words) spellings_.push_back(std::move(word));
    first_control_ = spellings_.size();
    for (std::string& control : controls) spellings_.push_back(std::move(control));
    eos_ = static_cast<text::TokenId>(spellings_.size() - 1);
    end_tokens_ = {*eos_};
    for (std::size_t id = 256; id < spellings_.size(); ++id) {
      longer_[static_cast<unsigned char>(spellings_[id].front())].push_back(id);
    }
  }
  FakeTokenizer()
      : FakeTokenizer({"{\"", "\":", "\",\"", "\":\"", "\"}", "},{", "true", "false", "null", "na",
                       "name", "the", " the", "1", "12", "2024", "-0", "\n\n"},
                      {"<|im_start|>", "<|im_end|>"}) {}

  void encode(std::string_view text, text::ControlTokens control, bool,
              std::vector<text::TokenId>& out) const override {
    const std::size_t count =
        control == text::ControlTokens::kParse ? spellings_.size() : first_control_;
    while (!text.empty()) {
      std::size_t best = static_cast<unsigned char>(text.front());
      for (const std::size_t id : longer_[best]) {
        const bool longer = spellings_[id].size() > spellings_[best].size();
        if (id < count && longer && text.starts_with(spellings_[id])) best = id;
      }
      out.push_back(static_cast<text::TokenId>(best));
      text.remove_prefix(spellings_[best].size());
    }
  }

  [[nodiscard]] std::string_view bytes(text::TokenId token) const override {
    return kind(token) == text::TokenKind::kControl ? std::string_view() : spelling(token);
  }
  [[nodiscard]] std::string_view spelling(text::TokenId token) const override {
    return spellings_.at(static_cast<std::size_t>(token));
  }
  [[nodiscard]] text::TokenKind kind(text::TokenId token) const override {
    return static_cast<std::size_t>(token) >= first_control_ ? text::TokenKind::kControl
                                                             : text::TokenKind::kNormal;
  }
  [[nodiscard]] std::size_t vocabulary_size() const override { return spellings_.size(); }
  [[nodiscard]] std::optional<text::TokenId> find(std::string_view spelling) const override {
    const auto found = std::find(spellings_.begin(), spellings_.end(), spelling);
    if (found == spellings_.end()) return std::nullopt;
    return static_cast<text::TokenId>(found - spellings_.begin());
  }

private:
  std::vector<std::string> spellings_;
  std::size_t first_control_ = 0;
  // Ids of the spellings longer than a byte, by their first one: grammars force texts of many KiB.
  std::array<std::vector<std::size_t>, 256> longer_;
};

} // namespace outpost::test_support
