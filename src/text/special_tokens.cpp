#include "text/special_tokens.h"

namespace outpost::text {
namespace {

enum class Role { kNone, kUserDefined, kControl };

Role role_of(const Vocabulary& vocabulary, TokenId token) {
  if (vocabulary.spelling(token).empty()) return Role::kNone;
  switch (vocabulary.kind(token)) {
  case TokenKind::kUserDefined: return Role::kUserDefined;
  case TokenKind::kControl:
  case TokenKind::kUnknown: return Role::kControl;
  default: return Role::kNone;
  }
}

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

} // namespace

Result<SpecialTokens> SpecialTokens::build(const Vocabulary& vocabulary) {
  std::size_t step_count = 0;
  const auto count = static_cast<TokenId>(vocabulary.size());
  for (TokenId token = 0; token < count; ++token) {
    if (role_of(vocabulary, token) != Role::kNone) step_count += vocabulary.spelling(token).size();
  }
  SpecialTokens special(step_count);
  for (TokenId token = 0; token < count; ++token) {
    const Role role = role_of(vocabulary, token);
    if (role == Role::kNone) continue;
    if (!special.add(vocabulary.spelling(token), token, role == Role::kControl)) {
      return fail(ErrorCode::kCorruptData,
                  "the special tokens are made to collide in a hash table");
    }
  }
  return special;
}

bool SpecialTokens::add(std::string_view spelling, TokenId token, bool is_control) {
  std::uint32_t node = 0;
  for (std::size_t i = 0; i < spelling.size(); ++i) {
    const unsigned char byte = byte_at(spelling, i);
    const PairTable::Value* step = steps_.find(node, byte);
    if (step != nullptr) {
      node = step->first;
      continue;
    }
    const auto next = static_cast<std::uint32_t>(ends_.size());
    if (!steps_.insert(node, byte, {next, 0})) return false;
    ends_.emplace_back();
    node = next;
  }
  auto& end = is_control ? ends_[node].control : ends_[node].user_defined;
  if (!end) end = token;
  begins_any_[byte_at(spelling, 0)] = true;
  if (!is_control) begins_user_defined_[byte_at(spelling, 0)] = true;
  return true;
}

std::optional<SpecialTokens::Match> SpecialTokens::match_at(std::string_view text, std::size_t at,
                                                            ControlTokens control) const {
  std::optional<Match> longest;
  std::uint32_t node = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    const PairTable::Value* step = steps_.find(node, byte_at(text, i));
    if (step == nullptr) break;
    node = step->first;
    const End& end = ends_[node];
    const auto token =
        control == ControlTokens::kParse && end.control ? end.control : end.user_defined;
    if (token) longest = Match{at, i + 1, *token};
  }
  return longest;
}

std::optional<SpecialTokens::Match> SpecialTokens::find(std::string_view text, std::size_t from,
                                                        ControlTokens control) const {
  const auto& begins = control == ControlTokens::kParse ? begins_any_ : begins_user_defined_;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!begins[byte_at(text, at)]) continue;
    if (const auto match = match_at(text, at, control)) return match;
  }
  return std::nullopt;
}

} // namespace outpost::text
