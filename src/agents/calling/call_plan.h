// What is asked of the call pipeline, and what comes of it.
#pragma once
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "agents/calling/calling_profile.h"
#include "agents/calling/tool_chooser.h"
#include "chat/chat_model.h"

namespace outpost::agents {

struct PlannedCall {
  std::string tool;
  boost::json::object arguments;
};

// What spoke for one more call, when there were so many.
struct MoreStep {
  std::size_t calls = 0;
  MoreSigns signs{};
};

struct CallPlan {
  std::vector<PlannedCall> calls; // empty: nothing at hand does what is asked
  std::vector<ToolStep> choices;  // how the tool of each call was chosen
  std::vector<MoreStep> steps;    // and how it was decided whether there is one more
  bool in_parts = false;          // each part was planned alone; the evidence is the first's
  CallEvidence evidence;          // what the decision rests on
  double call_probability = 0;    // that a call is due
  double correct_probability = 0; // that all of it is right
  chat::Usage usage;
};

struct PlanRequest {
  chat::PrincipalId principal;
  const chat::Prompt& prompt; // its tools, and messages that end with what is asked
  bool must_call = false;
  bool single_call = false;
};

} // namespace outpost::agents
