#include "support/random_walk.h"

#include <algorithm>

namespace outpost::test_support {
namespace {

using grammar::Constraint;
using grammar::TokenMask;
using text::TokenId;

bool is_allowed(TokenMask mask, TokenId token) {
  const auto bit = static_cast<std::uint32_t>(token);
  return (mask[bit / 32] >> (bit % 32) & 1) != 0;
}

Status inconsistent(const std::string& what, const Walk& walk) {
  return fail(ErrorCode::kInternal, what + " after '" + walk.text + "'");
}

// A mask inside forced text costs as much as what is left of it, so only the first few are looked
// at.
constexpr std::size_t kForcedChecksMax = 16;

// Control tokens that a grammar asks for are part of its text.
std::string_view shown(const text::Tokenizer& tokenizer, TokenId token) {
  const bool is_control = tokenizer.kind(token) == text::TokenKind::kControl;
  return is_control ? tokenizer.spelling(token) : tokenizer.bytes(token);
}

// Takes every forced token; each must be in the mask at its place.
Status take_forced(Constraint& constraint, const text::Tokenizer& tokenizer,
                   std::vector<std::uint32_t>& mask, Walk& walk) {
  OUTPOST_TRY(const std::vector<TokenId> forced, constraint.forced_tokens());
  std::size_t checks_left = kForcedChecksMax;
  for (const TokenId token : forced) {
    if (checks_left > 0) {
      --checks_left;
      OUTPOST_CHECK(constraint.fill_mask(mask));
      if (!is_allowed(mask, token)) {
        OUTPOST_CHECK(inconsistent("a forced token is not allowed", walk));
      }
    }
    OUTPOST_CHECK(constraint.accept(token));
    walk.text += shown(tokenizer, token);
    ++walk.forced_count;
  }
  return {};
}

// Prefers plain ASCII, so that strings look like strings and end soon.
TokenId choose(const std::vector<TokenId>& allowed, const text::Tokenizer& tokenizer,
               Random& random) {
  TokenId chosen = allowed[random.next_below(static_cast<std::uint32_t>(allowed.size()))];
  for (int tries = 0; tries < 4; ++tries) {
    const std::string_view bytes = shown(tokenizer, chosen);
    if (!bytes.empty() && static_cast<unsigned char>(bytes.front()) < 0x80) break;
    chosen = allowed[random.next_below(static_cast<std::uint32_t>(allowed.size()))];
  }
  return chosen;
}

} // namespace

Result<Walk> random_walk(grammar::Constraint& constraint, const text::Tokenizer& tokenizer,
                         Random& random, std::size_t steps_max, double end_chance) {
  Walk walk;
  std::vector<std::uint32_t> mask((tokenizer.vocabulary_size() + 31) / 32);
  const auto ends = tokenizer.end_tokens();
  for (std::size_t step = 0; step < steps_max; ++step) {
    OUTPOST_CHECK(take_forced(constraint, tokenizer, mask, walk));
    walk.is_finished = constraint.is_finished();
    if (walk.is_finished) return walk;
    const bool may_end = constraint.may_end();
    OUTPOST_CHECK(constraint.fill_mask(mask));
    // The other way round a grammar may name the end token as one of its symbols.
    if (may_end && !is_allowed(mask, ends.front())) {
      OUTPOST_CHECK(inconsistent("the mask forbids an end that may_end() allows", walk));
    }
    std::vector<TokenId> allowed;
    for (std::size_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
      const auto token = static_cast<TokenId>(id);
      const bool is_end = std::find(ends.begin(), ends.end(), token) != ends.end();
      if (!is_end && is_allowed(mask, token)) allowed.push_back(token);
    }
    if (allowed.empty() || (may_end && random.next_double() < end_chance)) {
      OUTPOST_CHECK(constraint.accept(ends.front()));
      walk.is_finished = true;
      return walk;
    }
    const TokenId token = choose(allowed, tokenizer, random);
    OUTPOST_CHECK(constraint.accept(token));
    walk.text += shown(tokenizer, token);
  }
  return walk;
}

} // namespace outpost::test_support
