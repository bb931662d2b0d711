// Calls that are still being written: what of them is certain already, so that a stream can pass
// arguments on while they are generated. For bodies that a grammar binds (answer_grammar.h), which
// end as valid JSON whatever comes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace outpost::prompt {

struct PartialCall {
  std::string name;
  std::string arguments; // JSON as it was written, without white space between its parts
  bool is_whole = false; // the arguments' last bracket has come
};

// The calls of the beginning of a body, JSON as call_body.h reads it; those whose arguments have
// not begun are left out. Of a longer beginning the calls are the same or longer. Python calls are
// not looked into.
std::vector<PartialCall> partial_calls(std::string_view text);

} // namespace outpost::prompt
