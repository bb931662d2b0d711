// Agent: an agent file brought to life over a model. One call of run() is one request: choose,
// fill, check, call, say what came back; every step is an event, on the disk before the next one
// begins.
//
//   OUTPOST_TRY(auto spec, load_agent_file("agent.yaml"));
//   OUTPOST_TRY(auto tools, SqlToolset::open(spec));
//   OUTPOST_TRY(auto agent, Agent::open(spec, {model, *tools, log, clock, random_seed()}));
//   Session session;
//   OUTPOST_TRY(auto outcome, agent->run(session, "Where is order A-20417?", {}));
//   show(outcome.text);
//
// An Agent runs one request at a time; it belongs to one thread at a time.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agents/call/mention.h"
#include "agents/call/request_planner.h"
#include "agents/calling/calling_profile.h"
#include "agents/larger_model.h"
#include "agents/run/approval.h"
#include "agents/run/run_log.h"
#include "agents/runner.h"
#include "agents/spec/agent_spec.h"
#include "agents/tools/toolset.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::agents {

class Escalation;
class Ledger;
class Memory;

// What an agent stands on. All of it outlives the agent.
struct AgentParts {
  chat::ChatModel& model;
  Toolset& tools;
  RunLog& log;
  Clock& clock;
  std::uint64_t seed = 0;
  Approvals* approvals = nullptr;    // none: a call that needs one is refused
  Memory* memory = nullptr;          // none: only the session is remembered
  Escalation* escalation = nullptr;  // none: nothing goes to another model
  Ledger* ledger = nullptr;          // none: what runs cost is not booked
  CallingProfile calling{};          // of the model, for tools that have only a schema
  std::vector<LargerModel> larger{}; // in order of size; the file says from when
  bool use_likelihood = true;        // off: tools are chosen without asking the model
};

class Agent final : public Runner {
public:
  // Errors: those of the tools' known values.
  static Result<std::unique_ptr<Agent>> open(AgentSpec spec, const AgentParts& parts);

  Result<RunOutcome> run(Session& session, const std::string& request,
                         const RunOptions& options) override;
  Result<RunOutcome> resume(const std::string& run_id, const RunOptions& options) override;
  Result<ReplayReport> replay(const std::string& run_id) override;

  [[nodiscard]] const AgentSpec& spec() const { return spec_; }
  [[nodiscard]] const std::vector<Tool>& tools() const { return parts_.tools.tools(); }

private:
  friend class RunLoop;
  Agent(AgentSpec spec, const AgentParts& parts);
  Status read_known_values();
  void forget_effects(Session& session) const;
  Status use_known_values(const std::string& text);
  Result<std::vector<StoredEvent>> record_of(const std::string& run_id);
  // What outlives a run that has ended: its turn in memory, its cost in the ledger. Doing it again
  // changes nothing.
  Status keep(const RunOutcome& outcome, const chat::PrincipalId& principal, const Turn& turn);

  AgentSpec spec_;
  AgentParts parts_;
  std::vector<Tool> choices_; // the tools, then the plans: what a request may call for
  Random random_;
  // What lookups listed, as JSON, and its digest; empty without lookups.
  std::string known_values_;
  std::string known_digest_;
  Recognisers recognisers_;
  std::unique_ptr<RequestPlanner> planner_;
};

} // namespace outpost::agents
