// Prompts of models that were trained to fill in between two texts (Bavarian et al., "Efficient
// Training of Language Models to Fill in the Middle", 2022).
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/tokenizer.h"

namespace outpost::prompt {

// The tokens of a prompt whose answer belongs between `before` and `after`. kUnsupported when the
// vocabulary has no tokens for that.
Result<std::vector<text::TokenId>> infill_tokens(const text::Tokenizer& tokenizer,
                                                 std::string_view before, std::string_view after);

} // namespace outpost::prompt
