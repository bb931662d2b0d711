// The `escalation:` section of an agent file: where hard steps may go, when, at what price, within
// which limits, and how confidential they may be.
#pragma once
#include <cstdint>
#include <string>

#include "agents/ledger/ledger.h"
#include "chat/label.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct EscalationSpec {
  std::string name = "escalation"; // of the endpoint, in accounts and messages
  std::string endpoint;            // "https://host/v1"
  std::string model;
  std::string key_file;        // one line; app/ reads it. Relative to the agent file
  std::string key_environment; // or the variable that has the key
  std::string ca_file;
  double below = 0.6; // p(right) of the local answer, from which a step stays here
  // The most confidential that may leave. What users write is personal unless labelled otherwise,
  // so an agent file has to say `personal` before any of it goes anywhere.
  chat::Confidentiality allowed = chat::Confidentiality::kInternal;
  std::uint32_t tokens_answer = 256; // that an answer may have
  Prices prices;
  Prices compared_with; // what a run would cost elsewhere; `prices` where it says nothing
  Prices local;         // what own tokens cost: power and wear; nothing unless said
  SpendLimits limits;
};

// Messages have the place in the file. `local_only` cannot be allowed; prices are compulsory, as
// without them no limit in money means anything.
Status read_escalation(const yaml::YamlNode& node, std::string_view origin, EscalationSpec& into);

} // namespace outpost::agents
