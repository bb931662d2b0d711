// Which tool or reply an agent would choose for a request, without doing anything: for evaluating
// what it has learnt. Words and values alone decide, so a trial of hundreds of requests takes
// moments and needs no model.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agents/call/request_planner.h"
#include "agents/learning/learned_state.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

class ChoiceTrial {
public:
  // `tools` are the agent's, and tell which values exist; examples are those of `spec`. Not kept.
  static Result<std::unique_ptr<ChoiceTrial>> make(const AgentSpec& spec, Toolset& tools);

  struct Choice {
    std::string name; // of the tool or reply, or "none"
    double probability = 0;
  };
  // Of a request that asks for several things, the first.
  Result<Choice> choose(const std::string& request);
  // The places of the uses in which that is what was confirmed.
  Result<std::vector<bool>> judge(const std::vector<ConfirmedUse>& uses);

private:
  explicit ChoiceTrial(AgentSpec spec) : spec_(std::move(spec)) {}

  AgentSpec spec_;
  Recognisers recognisers_;
  std::unique_ptr<RequestPlanner> planner_;
};

} // namespace outpost::agents
