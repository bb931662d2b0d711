// Larger models on this machine, for steps that an agent's own model is not sure of.
#pragma once
#include <functional>
#include <string>

#include "agents/calling/calling_profile.h"
#include "base/result.h"
#include "chat/chat_model.h"
#include "chat/label.h"

namespace outpost::agents {

// A model for agents, and how it calls tools that tell only a schema.
struct AgentModel {
  chat::ChatModel* model = nullptr; // outlives the agents
  CallingProfile calling{};
};

struct LargerModel {
  std::string name;
  // Whether a step of this principal may have it now: memory, others at work, power. The message of
  // an error says why not, and goes into the run's record.
  std::function<Status(const chat::PrincipalId&)> may_have;
  // May take as long as loading it does.
  std::function<Result<AgentModel>()> open;
};

} // namespace outpost::agents
