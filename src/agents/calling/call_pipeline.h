// From a request and the tools at hand to calls: shortlist by words, choose by likelihood, draft
// the arguments under a grammar, check each against the request, decide how many calls there are
// and whether there should be any. One way for agents and for the `tools` of the API.
//
// The model generates only values; names, keys and punctuation are scored or forced.
#pragma once
#include "agents/calling/call_plan.h"

namespace outpost::agents {

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
