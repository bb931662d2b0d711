// A grammar for what an answer may be: a thought, calls of tools whose arguments follow their
// schemas, words or a structured answer. Calls are bound from their opening mark on: where both
// words and calls are allowed, the words are free until a mark appears.
#pragma once
#include <optional>
#include <span>

#include "base/result.h"
#include "chat/chat.h"
#include "grammar/constraint.h"
#include "prompt/thought.h"
#include "prompt/tool_format.h"
#include "text/tokenizer.h"

namespace outpost::prompt {

struct AnswerRules {
  ToolFormat format = ToolFormat::kGeneric;
  std::span<const chat::ToolDefinition> tools = {}; // that may be called
  bool must_call = false;
  bool single_call = false;
  const grammar::GrammarSpec* words = nullptr; // what an answer without calls must be; null: free
  // Set when the answer begins with a thought, `is_in_thought` when the prompt opened it.
  std::optional<ThoughtMarks> thought = {};
  bool is_in_thought = false;
};

// Nothing when nothing is bound: free words, and calls that have no mark to be bound from. Words
// under a Lark grammar are bound by it alone where no call is demanded: whoever writes a grammar
// says in it what a call is.
// kInvalidArgument: a tool's parameters are not a JSON object, or there is no tool to call;
// kUnsupported: words under a grammar that cannot stand beside calls or thoughts.
Result<std::optional<grammar::GrammarSpec>> answer_grammar(const AnswerRules& rules,
                                                           const text::Tokenizer& tokenizer);

} // namespace outpost::prompt
