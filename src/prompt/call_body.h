// What a model wrote of a call: how far it goes in a text that is still coming, and which calls it
// is. Brackets are matched, strings kept apart; no regular expression, no recursion.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "prompt/python_calls.h"

namespace outpost::prompt {

struct CallBody {
  enum class State {
    kWhole,    // calls, or an empty list of them
    kCutShort, // may become one
    kNone,     // will never be one
  };
  State state = State::kNone;
  std::size_t size = 0; // of what was read, the closing mark included
  std::vector<NamedArguments> calls;
};

// The body at the beginning of `text`, behind an opening mark. `close`: the mark that ends it;
// empty: none does. `is_end`: nothing more comes; a missing mark is then forgiven, for it is often
// the token that stopped the answer.
CallBody read_call_body(std::string_view text, std::string_view close, bool is_end);

// The calls of a whole text: JSON (an object with a name, a list of those, {"tool_calls": [..]}) or
// Python. Empty: it is none.
std::vector<NamedArguments> read_calls(std::string_view text);

// Where the bracket that opens the value of a body stands; npos: not there yet.
std::size_t value_begin(std::string_view text);

// The name that stands before a value of arguments; empty: the value says it. `head`: trimmed.
std::string_view name_before(std::string_view head);

// `text` without white space around it.
std::string_view trimmed(std::string_view text);

} // namespace outpost::prompt
