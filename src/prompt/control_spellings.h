// Finds the spellings of control tokens ("<|im_end|>") in text: to cut a rendered prompt at them,
// and to notice when a person, a tool or a file wrote one.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "text/tokenizer.h"

namespace outpost::prompt {

class ControlSpellings {
public:
  // Reads the vocabulary once.
  explicit ControlSpellings(const text::Tokenizer& tokenizer);

  struct Match {
    std::size_t at = 0;
    std::size_t size = 0; // 0: there is none
    text::TokenId token = 0;
  };
  // The first spelling at or after `from`; the longest of those that begin there.
  [[nodiscard]] Match find(std::string_view text, std::size_t from) const;
  [[nodiscard]] bool contains_any(std::string_view text) const { return find(text, 0).size != 0; }

  // `text` with `mark` put into every spelling, so that it is none any more.
  [[nodiscard]] std::string broken(std::string_view text, std::string_view mark) const;

private:
  struct Node {
    std::optional<text::TokenId> token;
  };
  [[nodiscard]] Match match_at(std::string_view text, std::size_t at) const;

  // A trie: the child of a node by the next byte, key = node * 256 + byte.
  std::unordered_map<std::uint64_t, std::uint32_t> children_;
  std::vector<Node> nodes_;
  bool first_bytes_[256] = {};
};

} // namespace outpost::prompt
