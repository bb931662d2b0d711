// Constrained decoding through llguidance (github.com/guidance-ai/llguidance): JSON Schema, regular
// expressions (Rust's syntax, without look-around) and Lark grammars.
#pragma once
#include <memory>

#include "base/result.h"
#include "grammar/constraint.h"
#include "grammar/limits.h"

namespace outpost::grammar {

// A compiler for the vocabulary of `tokenizer`, which must outlive it and all its constraints.
// Reads the whole vocabulary, 3 to 4 microseconds a token: make it when it is first needed.
// kInvalidArgument when the tokenizer has no end token: a constrained text could then never end.
//
// Unlike its parts, which are checked before the first token, the work of a step is bounded only
// when it happens: a grammar too ambiguous for `limits` is then a kLimitExceeded error of the
// sequence.
Result<std::unique_ptr<GrammarCompiler>> make_llguidance_compiler(const text::Tokenizer& tokenizer,
                                                                  const Limits& limits = {});

} // namespace outpost::grammar
