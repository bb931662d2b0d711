// A bound on how long a model thinks: when its thought has taken that many tokens, the closing mark
// is put in its mouth and the answer begins. As a constraint around another one, so that the engine
// needs to know nothing of it.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "grammar/constraint.h"
#include "prompt/thought.h"
#include "text/tokenizer.h"

namespace outpost::prompt {

struct ThoughtBudget {
  ThoughtMarks marks;
  bool begins_inside = false; // the prompt opened the thought
  std::uint32_t tokens = 0;   // of the thought, its marks not counted
  // Marks that end a thought as its own do, those of tool calls. They must outlive the constraint.
  std::vector<std::string_view> ends = {};
};

// `inner`: what binds the whole answer, thought and marks included; null: nothing does. `tokenizer`
// must outlive the result.
std::unique_ptr<grammar::Constraint> bound_thought(const ThoughtBudget& budget,
                                                   const text::Tokenizer& tokenizer,
                                                   std::unique_ptr<grammar::Constraint> inner);

} // namespace outpost::prompt
