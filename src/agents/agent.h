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

#include "agents/call/mention.h"
#include "agents/call/request_planner.h"
#include "agents/calling/calling_profile.h"
#include "agents/run/approval.h"
#include "agents/run/event.h"
#include "agents/run/run_log.h"
#include "agents/run/session.h"
#include "agents/spec/agent_spec.h"
#include "agents/tools/toolset.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::agents {

struct RunOptions {
  chat::PrincipalId principal;
  CancelToken cancel;
  RunObserver observer;
  CancelToken stop; // cancels as well; looked at between steps only
};

struct RunOutcome {
  std::string run_id;
  RunEnd end = RunEnd::kDone;
  AnswerKind kind = AnswerKind::kStatement;
  std::string text;
  std::string waits_for; // an approval's id, when `end` is kWaiting
  RunUsage usage;
};

// A run gone through again from its record, without a model, a tool or a person.
struct ReplayReport {
  bool is_same = false;   // every event had the same bytes
  bool is_whole = false;  // the record has the run's end
  std::size_t events = 0; // of the record
  std::string difference; // what came instead; empty when it is the same
};

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
  Approvals* approvals = nullptr;   // none: a call that needs one is refused
  Memory* memory = nullptr;         // none: only the session is remembered
  Escalation* escalation = nullptr; // none: nothing goes to another model
  Ledger* ledger = nullptr;         // none: what runs cost is not booked
  CallingProfile calling{};         // of the model, for tools that have only a schema
  bool use_likelihood = true;       // off: tools are chosen without asking the model
};

class Agent {
public:
  // Errors: those of the tools' known values.
  static Result<std::unique_ptr<Agent>> open(AgentSpec spec, const AgentParts& parts);

  // Answers one request and adds a turn to `session`. A run that fails, is cancelled or uses up its
  // budget is an outcome; an error means that the run could not even be recorded.
  Result<RunOutcome> run(Session& session, const std::string& request, const RunOptions& options);

  // Goes on with a run that waits or was cut off (kill, power), from its record: what was computed
  // is not computed again, what was done is not done again. A call that was begun and has no
  // outcome is "unknown" and not repeated, unless it only reads. With a cancelled token the run
  // ends as cancelled. kConflict: it has ended, or the agent file has changed since; kNotFound.
  Result<RunOutcome> resume(const std::string& run_id, const RunOptions& options);
  // Changes nothing. kNotFound; kConflict: the agent file has changed since.
  Result<ReplayReport> replay(const std::string& run_id);

  [[nodiscard]] const AgentSpec& spec() const { return spec_; }
  [[nodiscard]] const std::vector<Tool>& tools() const { return parts_.tools.tools(); }

private:
  friend class RunLoop;
  Agent(AgentSpec spec, const AgentParts& parts);
  Status read_known_values();
  Status use_known_values(const std::string& text);
  Result<std::vector<StoredEvent>> record_of(const std::string& run_id);
  Status book(const RunOutcome& outcome, const chat::PrincipalId& principal,
              const std::string& request);

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
