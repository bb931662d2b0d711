// What a finished run goes into the ledger as.
#pragma once
#include <string>

#include "agents/ledger/ledger.h"
#include "agents/run/budget.h"
#include "agents/spec/agent_spec.h"

namespace outpost::agents {

// What a run is made of, as a large model without us would have read and written it.
struct RunText {
  std::size_t standing_bytes = 0; // instructions and the definitions of all tools
  std::size_t request_bytes = 0;
  std::size_t answer_bytes = 0;
  std::uint32_t tool_calls = 0;
};

// The usual loop: a pass before each call and one for the answer, each reading the standing part,
// the request and what was called so far. Tokens are counted at four bytes each, rather too few, so
// that the comparison flatters nobody but the others.
Spending spending_elsewhere(const RunText& text, const Prices& prices);

// The entry that closes a run: its own tokens at local prices, and what it would have cost.
// `tools`: those the agent has. Prices are those of the agent file's escalation section; without
// one nothing is known of prices, and both are 0.
LedgerEntry entry_of_run(const AgentSpec& spec, const std::vector<Tool>& tools,
                         const std::string& run_id, const std::string& principal,
                         const std::string& request, const std::string& answer,
                         const RunUsage& usage);

} // namespace outpost::agents
