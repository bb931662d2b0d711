// Writes a text that a constraint allows, token by token, choosing among the allowed tokens at
// random; for tests and fuzzers. On the way it holds the constraint to its own word: what it forces
// must be allowed, and what it allows must be accepted.
#pragma once
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "grammar/constraint.h"

namespace outpost::test_support {

struct Walk {
  std::string text;
  bool is_finished = false; // ended by an end token, or nothing more may follow
  std::size_t forced_count = 0;
};

// At most `steps_max` chosen tokens. Ends as soon as the text may end with probability
// `end_chance`.
Result<Walk> random_walk(grammar::Constraint& constraint, const text::Tokenizer& tokenizer,
                         Random& random, std::size_t steps_max, double end_chance = 0.5);

} // namespace outpost::test_support
