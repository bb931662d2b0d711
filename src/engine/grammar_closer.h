// Ends an answer under a grammar before its budget of tokens does. A small model may write in a
// free string, an unbounded array or the digits of a number for ever; cut off in the middle, the
// answer is worthless. So the engine always knows a way to end that still fits, and takes it when
// there is no room left for anything else.
//
// The way is found by simulation on a fork of the constraint: forced tokens, and where there is a
// choice the first in ClosingOrder. It is a way, not the shortest one: a grammar that can end but
// not along this way (a pattern that only a search would satisfy) is answered until the budget
// ends, and then finishes with kLength, as without it.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "engine/closing_order.h"
#include "grammar/constraint.h"

namespace outpost::engine {

class GrammarCloser {
public:
  // `order` must outlive this.
  GrammarCloser(const ClosingOrder& order, std::size_t vocabulary_size)
      : order_(order), mask_((vocabulary_size + 31) / 32) {}

  // At most `budget` tokens that bring `constraint` from where it stands to where it may end; none
  // when this way does not get there. Does not move `constraint`. An error is the constraint's own.
  Result<std::optional<std::vector<text::TokenId>>> path(const grammar::Constraint& constraint,
                                                         std::uint32_t budget);

private:
  const ClosingOrder& order_;
  std::vector<std::uint32_t> mask_;
};

} // namespace outpost::engine
