// Questions with the calls that are right: what profiles are fitted and measured on. One JSON
// object a line, tools before the questions that offer them:
//
//   {"tool": {"name", "description", "parameters": JSON Schema}}
//   {"request": "..", "tools": [names], "calls": [{"name", "arguments": {slot: [accepted, ..]}}]}
//
// No calls: nothing at hand does it, or something compulsory is missing. A slot that may be missing
// has null among its accepted values. With "counts": false nothing is learnt from the question of
// how many calls there are and of which tools, but whether one is due and right.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/calling/call_pipeline.h"
#include "base/result.h"
#include "chat/chat.h"

namespace outpost::agents {

struct AcceptedCall {
  std::string name;
  boost::json::object arguments; // slot -> list of accepted values
};

struct CallQuestion {
  chat::Prompt prompt;
  std::vector<AcceptedCall> calls;
  bool counts = true;
};

inline constexpr std::size_t kQuestionsMax = 20'000;

// kCorruptData with the line that is not as it should be.
Result<std::vector<CallQuestion>> read_questions(std::string_view lines);

// Those that ship with Outpost.
std::string_view shipped_questions();
// What a model is shown before it is asked; none of it is in the questions.
std::string_view shipped_examples();

// Is one call one of the accepted ones? Text is compared without case, spaces and punctuation;
// arguments that nobody asked for are wrong.
bool is_right(const AcceptedCall& accepted, const PlannedCall& call);
// Exactly the accepted calls, in any order.
bool are_right(const std::vector<AcceptedCall>& accepted, const std::vector<PlannedCall>& calls);

} // namespace outpost::agents
