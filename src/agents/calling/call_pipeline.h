// From a request and the tools at hand to calls: shortlist by words, choose by likelihood, draft
// the arguments under a grammar, check each against the request, decide how many calls there are
// and whether there should be any. One way for agents and for the `tools` of the API.
//
// The model generates only values; names, keys and punctuation are scored or forced.
#pragma once
#include <string>
#include <vector>

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

class CallPipeline {
public:
  // Both outlive this. `profile`: as the model's context allows (fitted_to()).
  CallPipeline(chat::ChatModel& model, const CallingProfile& profile)
      : model_(model), profile_(profile) {}

  Result<CallPlan> plan(const PlanRequest& request, const CancelToken& cancel);

private:
  chat::ChatModel& model_;
  const CallingProfile& profile_;
};

} // namespace outpost::agents
