#include "agents/ledger/run_entry.h"

namespace outpost::agents {
namespace {

constexpr std::uint64_t kBytesPerToken = 4;
constexpr std::uint64_t kTokensPerCall = 30; // a call with two arguments, and its short result

} // namespace

Spending spending_elsewhere(const RunText& text, const Prices& prices) {
  const std::uint64_t passes = std::uint64_t{text.tool_calls} + 1;
  const std::uint64_t standing = (text.standing_bytes + text.request_bytes) / kBytesPerToken;
  Spending spending;
  // Pass n reads n calls: 0 + 1 + ... of them.
  spending.prompt_tokens = passes * standing + passes * (passes - 1) / 2 * kTokensPerCall;
  spending.completion_tokens =
      text.tool_calls * kTokensPerCall + text.answer_bytes / kBytesPerToken;
  spending.cost = cost_of(spending.prompt_tokens, spending.completion_tokens, prices);
  return spending;
}

LedgerEntry entry_of_run(const AgentSpec& spec, const std::vector<Tool>& tools,
                         const std::string& run_id, const std::string& principal,
                         const std::string& request, const std::string& answer,
                         const RunUsage& usage) {
  LedgerEntry entry{.run_id = run_id, .agent = spec.name, .principal = principal};
  entry.closes_run = true;
  entry.spending.prompt_tokens = usage.tokens; // read or written: a run does not keep them apart
  entry.spending.time = usage.time;
  if (!spec.escalation) return entry;
  entry.spending.cost = cost_of(usage.tokens, 0, spec.escalation->local);
  RunText text{.standing_bytes = spec.instructions.size(),
               .request_bytes = request.size(),
               .answer_bytes = answer.size(),
               .tool_calls = usage.tool_calls};
  for (const Tool& tool : tools) {
    text.standing_bytes +=
        tool.name.size() + tool.description.size() + parameters_schema(tool).size();
  }
  entry.elsewhere = spending_elsewhere(text, spec.escalation->compared_with).cost;
  return entry;
}

} // namespace outpost::agents
