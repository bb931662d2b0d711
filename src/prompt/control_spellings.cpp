#include "prompt/control_spellings.h"

#include "base/utf8.h"

namespace outpost::prompt {
namespace {

std::uint64_t key(std::uint32_t node, char byte) {
  return std::uint64_t{node} * 256 + static_cast<unsigned char>(byte);
}

} // namespace

ControlSpellings::ControlSpellings(const text::Tokenizer& tokenizer) : nodes_(1) {
  const auto count = static_cast<text::TokenId>(tokenizer.vocabulary_size());
  for (text::TokenId token = 0; token < count; ++token) {
    if (tokenizer.kind(token) != text::TokenKind::kControl) continue;
    const std::string_view spelling = tokenizer.spelling(token);
    if (spelling.empty()) continue;
    std::uint32_t node = 0;
    for (const char byte : spelling) {
      const auto [child, is_new] =
          children_.try_emplace(key(node, byte), static_cast<std::uint32_t>(nodes_.size()));
      if (is_new) nodes_.emplace_back();
      node = child->second;
    }
    if (!nodes_[node].token) nodes_[node].token = token;
    first_bytes_[static_cast<unsigned char>(spelling.front())] = true;
  }
}

ControlSpellings::Match ControlSpellings::match_at(std::string_view text, std::size_t at) const {
  Match longest;
  std::uint32_t node = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    const auto child = children_.find(key(node, text[i]));
    if (child == children_.end()) break;
    node = child->second;
    if (nodes_[node].token) longest = {at, i - at + 1, *nodes_[node].token};
  }
  return longest;
}

ControlSpellings::Match ControlSpellings::find(std::string_view text, std::size_t from) const {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!first_bytes_[static_cast<unsigned char>(text[at])]) continue;
    if (const Match match = match_at(text, at); match.size != 0) return match;
  }
  return {};
}

std::string ControlSpellings::broken(std::string_view text, std::string_view mark) const {
  std::string out;
  std::size_t done = 0;
  for (Match match = find(text, 0); match.size != 0; match = find(text, done)) {
    // After the first character; the search goes on there, for a spelling inside the spelling.
    const std::size_t cut =
        match.at + std::min<std::size_t>(decode_utf8(text.substr(match.at)).size_bytes, match.size);
    out.append(text.substr(done, cut - done)).append(mark);
    done = cut;
  }
  return out.append(text.substr(done));
}

} // namespace outpost::prompt
