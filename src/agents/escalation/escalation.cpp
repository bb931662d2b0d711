#include "agents/escalation/escalation.h"

namespace outpost::agents {

std::string_view to_string(HardStep::Kind kind) {
  switch (kind) {
  case HardStep::Kind::kCall: return "call";
  case HardStep::Kind::kSlot: return "slot";
  case HardStep::Kind::kAnswer: return "answer";
  }
  return "call";
}

std::string_view to_string(KeptLocal reason) {
  switch (reason) {
  case KeptLocal::kOff: return "escalation is off";
  case KeptLocal::kSure: return "the local answer is sure enough";
  case KeptLocal::kConfidentiality: return "something in it may not leave this machine";
  case KeptLocal::kBudget: return "the budget for escalation is used up";
  case KeptLocal::kOffline: return "the endpoint is not reached";
  }
  return "escalation is off";
}

} // namespace outpost::agents
