#include "engine/closing_order.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace outpost::engine {
namespace {

using text::TokenId;

// Best first. Within a class: long tokens first, as one that closes three brackets or fills half of
// a minimum length saves steps; numbers short first.
enum class Class : std::uint8_t {
  kClosing,       // } ] ), outside of text
  kEmptyPair,     // "" [] {}, outside of text
  kLiteralHere,   // null true false, where a value begins
  kQuotedClosing, // "}] and the like: the end of a text and of what it stands in
  kQuote,
  kApostrophe,  // ' and '}: an end in some grammars, in JSON more text
  kPunctuation, // @ : , . and the like: they end what a repetition in a pattern would go on with
  kWord,
  kDigits,
  kMixed,
  kSign,    // a sign or exponent only makes a number longer
  kOpening, // { [ (
  kSpaced,  // white space
  kAwkward, // escapes, control characters, parts of characters
};

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool has_any(std::string_view text, std::string_view of) {
  return text.find_first_of(of) != std::string_view::npos;
}
bool consists_of(std::string_view text, std::string_view of) {
  return text.find_first_not_of(of) == std::string_view::npos;
}

// In a text, brackets that no quote is before are more text.
Class classify(std::string_view bytes, bool in_text) {
  const auto is_awkward = [](char c) {
    return c == '\\' || c == 0x7F || (c & 0x80) != 0 || static_cast<unsigned char>(c) < 0x20;
  };
  if (has_any(bytes, " \t\r\n")) return Class::kSpaced;
  if (std::ranges::any_of(bytes, is_awkward)) return Class::kAwkward;
  if (bytes == "\"") return Class::kQuote;
  const bool is_pair = bytes == "\"\"" || bytes == "[]" || bytes == "{}" || bytes == "()";
  if (is_pair && !in_text) return Class::kEmptyPair;
  if (consists_of(bytes, "\"'}])>")) {
    if (bytes.front() == '"') return Class::kQuotedClosing;
    if (bytes.front() == '\'') return Class::kApostrophe;
    return in_text ? Class::kPunctuation : Class::kClosing;
  }
  if (has_any(bytes, "{[(<")) return Class::kOpening;
  if (!in_text && (bytes == "null" || bytes == "true" || bytes == "false")) {
    return Class::kLiteralHere;
  }
  if (bytes == "-" || bytes == "+") return Class::kSign;
  if (std::ranges::all_of(bytes, is_digit)) return Class::kDigits;
  if (std::ranges::all_of(bytes, is_letter)) return Class::kWord;
  if (std::ranges::none_of(bytes, is_letter) && std::ranges::none_of(bytes, is_digit)) {
    return Class::kPunctuation;
  }
  return Class::kMixed;
}

std::vector<TokenId> in_order(const text::Tokenizer& tokenizer, bool in_text) {
  struct Ranked {
    TokenId token;
    Class order;
    std::size_t length_order;
  };
  std::vector<Ranked> ranked;
  for (std::size_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    const auto token = static_cast<TokenId>(id);
    const std::string_view bytes = tokenizer.bytes(token);
    if (bytes.empty() || tokenizer.kind(token) == text::TokenKind::kControl) continue;
    const Class order = classify(bytes, in_text);
    ranked.push_back({token, order, order == Class::kDigits ? bytes.size() : ~bytes.size()});
  }
  std::ranges::sort(ranked, [](const Ranked& a, const Ranked& b) {
    return std::tie(a.order, a.length_order, a.token) < std::tie(b.order, b.length_order, b.token);
  });
  std::vector<TokenId> tokens;
  tokens.reserve(ranked.size());
  for (const Ranked& r : ranked) tokens.push_back(r.token);
  return tokens;
}

bool is_allowed(std::span<const std::uint32_t> mask, TokenId token) {
  const auto id = static_cast<std::uint32_t>(token);
  return (mask[id / 32] >> (id % 32) & 1u) != 0;
}

} // namespace

ClosingOrder::ClosingOrder(const text::Tokenizer& tokenizer)
    : in_text_(in_order(tokenizer, true)), at_value_(in_order(tokenizer, false)) {
  for (const TokenId token : in_text_) {
    const std::string_view bytes = tokenizer.bytes(token);
    // t, f and n may begin a literal; any other letter is text.
    if (bytes.size() == 1 && is_letter(bytes[0]) && !has_any(bytes, "tfn"))
      letters_.push_back(token);
  }
}

std::optional<TokenId> ClosingOrder::pick(std::span<const std::uint32_t> mask) const {
  const auto allowed = [mask](TokenId token) { return is_allowed(mask, token); };
  const auto& order = std::ranges::any_of(letters_, allowed) ? in_text_ : at_value_;
  const auto found = std::ranges::find_if(order, allowed);
  return found == order.end() ? std::nullopt : std::optional<TokenId>(*found);
}

} // namespace outpost::engine
