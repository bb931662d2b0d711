#include "engine/testing/fake_constraint.h"

#include <algorithm>

namespace outpost::engine::testing {
namespace {

using text::TokenId;

bool is_item_char(char c) { return (c >= 'a' && c <= 'z') || c == ' '; }

// Walks the items of a list from behind its '['; 1: whole, 0: a beginning, -1: neither.
int list_state(std::string_view text, std::size_t item_length_min) {
  enum class At { kItemOrEnd, kItem, kInside, kBehind, kDone };
  At at = At::kItemOrEnd;
  std::size_t length = 0;
  for (const char c : text) {
    if (at == At::kInside) {
      if (c == '"' && length >= item_length_min) {
        at = At::kBehind;
      } else if (is_item_char(c)) {
        ++length;
      } else {
        return -1;
      }
    } else if (c == '"' && (at == At::kItemOrEnd || at == At::kItem)) {
      at = At::kInside;
      length = 0;
    } else if (c == ',' && at == At::kBehind) {
      at = At::kItem;
    } else if (c == ']' && (at == At::kItemOrEnd || at == At::kBehind)) {
      at = At::kDone;
    } else {
      return -1;
    }
  }
  return at == At::kDone ? 1 : 0;
}

} // namespace

Language list_of_strings(std::string key, std::size_t item_length_min) {
  const auto head = "{\"" + key + "\":[";
  const auto state = [head, item_length_min](std::string_view text) {
    if (text.size() <= head.size()) return head.starts_with(text) ? 0 : -1;
    if (!text.starts_with(head)) return -1;
    const std::string_view items = text.substr(head.size());
    if (!items.ends_with('}')) return list_state(items, item_length_min) >= 0 ? 0 : -1;
    return list_state(items.substr(0, items.size() - 1), item_length_min) == 1 ? 1 : -1;
  };
  return {[state](std::string_view text) { return state(text) >= 0; },
          [state](std::string_view text) { return state(text) == 1; }};
}

Language one_of(std::vector<std::string> sentences) {
  return {[sentences](std::string_view text) {
            return std::ranges::any_of(sentences,
                                       [&](const auto& s) { return s.starts_with(text); });
          },
          [sentences](std::string_view text) {
            return std::ranges::find(sentences, text) != sentences.end();
          }};
}

Status FakeConstraint::fill_mask(grammar::TokenMask mask) {
  for (std::size_t id = 0; id < tokenizer_.vocabulary_size(); ++id) {
    const auto bytes = tokenizer_.bytes(static_cast<TokenId>(id));
    if (!bytes.empty() && language_.is_beginning(text_ + std::string(bytes))) {
      mask[id / 32] |= 1u << (id % 32);
    }
  }
  if (may_end()) {
    for (const TokenId end : tokenizer_.end_tokens()) {
      mask[static_cast<std::size_t>(end) / 32] |= 1u << (end % 32);
    }
  }
  return {};
}

Status FakeConstraint::accept(TokenId token) {
  std::string longer = text_ + std::string(tokenizer_.bytes(token));
  if (!language_.is_beginning(longer)) return fail(ErrorCode::kInternal, "token was not allowed");
  text_ = std::move(longer);
  return {};
}

Result<std::vector<TokenId>> FakeConstraint::forced_tokens() {
  std::string longer = text_;
  while (!language_.is_sentence(longer)) {
    int only = -1, count = 0;
    for (int byte = 0; byte < 256; ++byte) {
      if (!language_.is_beginning(longer + static_cast<char>(byte))) continue;
      only = byte;
      ++count;
    }
    if (count != 1) break;
    longer.push_back(static_cast<char>(only));
  }
  return tokenizer_.encode(std::string_view(longer).substr(text_.size()),
                           text::ControlTokens::kPlain);
}

bool FakeConstraint::can_continue() const {
  for (int byte = 0; byte < 256; ++byte) {
    if (language_.is_beginning(text_ + static_cast<char>(byte))) return true;
  }
  return false;
}

bool FakeConstraint::is_finished() const { return language_.is_sentence(text_) && !can_continue(); }

std::unique_ptr<grammar::Constraint> FakeConstraint::fork() const {
  return std::make_unique<FakeConstraint>(language_, tokenizer_, text_);
}

} // namespace outpost::engine::testing
