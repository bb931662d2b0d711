// Looks at a specification before the grammar library does: size, nesting and counts, in one pass,
// without recursion.
#pragma once
#include "base/result.h"
#include "grammar/constraint.h"
#include "grammar/limits.h"

namespace outpost::grammar {

// kLimitExceeded with the count and the limit; kInvalidArgument when the text is empty. Says
// nothing about whether the text is well formed: that is the library's part.
Status check_spec(const GrammarSpec& spec, const Limits& limits);

} // namespace outpost::grammar
