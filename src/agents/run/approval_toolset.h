// Lets a call that policy wants approved through only with a person's approval of exactly this
// call. Without an answer yet, the call ends with kUnavailable and waiting() says for what: the run
// then ends its work and is resumed later.
#pragma once
#include <optional>
#include <string>

#include "agents/run/approval.h"
#include "agents/run/journal.h"
#include "agents/spec/agent_spec.h"
#include "agents/tools/toolset.h"
#include "base/random.h"

namespace outpost::agents {

// SHA-256 of all that a tool's definition says: another definition is another tool.
std::string tool_version(const Tool& tool);

class ApprovalToolset final : public WrapperToolset {
public:
  // All outlive this. `approvals` may be null: then what needs an approval is refused.
  ApprovalToolset(Toolset& inner, const AgentSpec& spec, Approvals* approvals, RunJournal& journal,
                  Clock& clock, Random& random)
      : WrapperToolset(inner), spec_(spec), approvals_(approvals), journal_(journal), clock_(clock),
        random_(random) {}

  Result<ToolResult> call(const Call& call, const CallContext& context) override;
  [[nodiscard]] const std::optional<RunWaiting>& waiting() const { return waiting_; }

private:
  Result<security::ApprovalRequest> make_request(const Call& call, const CallContext& context,
                                                 const Tool& tool, const ApprovalRule& rule);
  Result<std::string> ask(const security::ApprovalRequest& request, const Call& call);
  Result<ApprovalState> answer_to(const std::string& id);

  const AgentSpec& spec_;
  Approvals* approvals_;
  RunJournal& journal_;
  Clock& clock_;
  Random& random_;
  std::optional<RunWaiting> waiting_;
};

} // namespace outpost::agents
