#include "agents/agent.h"

#include <utility>

#include "agents/ledger/run_entry.h"
#include "agents/memory/conversation.h"
#include "agents/run/calling_record.h"
#include "agents/run/record_text.h"
#include "agents/run/run_loop.h"
#include "agents/run/session_json.h"
#include "catalog/digest.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

// A record that says it wrongly how calls were weighed is refused before anything is done by it.
Status check_calling(const StoredEvent& event) {
  OUTPOST_TRY(const boost::json::object body, body_of(event));
  const boost::json::value* calling = body.if_contains("calling");
  if (calling == nullptr) return {}; // an older record, or no tool needed it
  const auto read = read_calling_record(*calling);
  if (read) return {};
  return fail(read.error().code,
              "event " + std::to_string(event.sequence) + ": " + read.error().message);
}

} // namespace

Agent::Agent(AgentSpec spec, const AgentParts& parts)
    : spec_(std::move(spec)), parts_(parts), random_(parts.seed) {}

Result<std::unique_ptr<Agent>> Agent::open(AgentSpec spec, const AgentParts& parts) {
  std::unique_ptr<Agent> agent(new Agent(std::move(spec), parts));
  agent->choices_ = parts.tools.tools();
  for (Plan& plan : agent->spec_.plans) {
    OUTPOST_CHECK(check_plan(plan, parts.tools.tools()));
    if (find_tool(parts.tools, plan.tool.name) != nullptr) {
      return fail(ErrorCode::kInvalidArgument,
                  "there is a plan and a tool '" + plan.tool.name + "'");
    }
    agent->choices_.push_back(plan.tool);
  }
  OUTPOST_CHECK(agent->read_known_values());
  return agent;
}

// What changed something is not done again because a new conversation leans on an old one.
void Agent::forget_effects(Session& session) const {
  for (Turn& turn : session.turns) {
    const Tool* tool = find_tool(parts_.tools, turn.tool);
    if (tool == nullptr || tool->effect != Effect::kRead) turn.tool.clear();
  }
}

// Products come and go: what lookups list is read again for each run.
Status Agent::read_known_values() {
  boost::json::object all;
  for (const Tool& tool : choices_) {
    for (const Parameter& parameter : tool.parameters) {
      const std::string& kind = parameter.kind.name;
      if (parameter.kind.lookup.empty() || all.contains(kind)) continue;
      OUTPOST_TRY(const auto known, parts_.tools.known_values(parameter.kind));
      all[kind] = boost::json::array(known.begin(), known.end());
    }
  }
  return use_known_values(all.empty() ? std::string() : chat::json_text(all));
}

Status Agent::use_known_values(const std::string& text) {
  if (planner_ && text == known_values_) return {};
  boost::json::object all;
  if (!text.empty()) {
    OUTPOST_TRY(const boost::json::value value, chat::parse_json(text, {.bytes = 64U << 20U}));
    if (value.is_object()) all = value.get_object();
  }
  Recognisers fresh;
  for (const Tool& tool : choices_) {
    for (const Parameter& parameter : tool.parameters) {
      std::vector<std::string> known;
      for (const auto& value : array_in(all, parameter.kind.name)) {
        if (value.is_string()) known.emplace_back(value.get_string());
      }
      OUTPOST_CHECK(fresh.add(parameter.kind, known));
    }
  }
  recognisers_ = std::move(fresh);
  known_values_ = text;
  known_digest_ = text.empty() ? std::string() : catalog::sha256_of(text).hex();
  const RequestPlanner::Settings settings{
      parts_.use_likelihood ? likelihood_weights() : word_weights(), parts_.use_likelihood};
  planner_ = std::make_unique<RequestPlanner>(choices_, spec_.replies, recognisers_, settings);
  return {};
}

Result<RunOutcome> Agent::run(Session& session, const std::string& request,
                              const RunOptions& options) {
  OUTPOST_CHECK(read_known_values());
  if (!known_digest_.empty()) {
    OUTPOST_CHECK(parts_.log.keep_values(known_digest_, known_values_));
  }
  const MemoryScope scope{options.principal, spec_.name};
  if (parts_.memory != nullptr) {
    const bool is_new = session.turns.empty();
    OUTPOST_CHECK(recall_values(*parts_.memory, scope, parts_.clock.wall_ms(), session));
    if (is_new) forget_effects(session);
  }
  return RunLoop(*this, session, request, options).run();
}

Status Agent::keep(const RunOutcome& outcome, const chat::PrincipalId& principal,
                   const Turn& turn) {
  if (parts_.memory != nullptr) {
    const Status kept = remember_turn(*parts_.memory, {principal, spec_.name}, outcome.run_id, turn,
                                      parts_.clock.wall_ms());
    // What memory cannot keep (too long, not UTF-8) is in the run's log all the same.
    if (!kept && kept.error().code != ErrorCode::kInvalidArgument) return kept;
  }
  if (parts_.ledger == nullptr) return {};
  return parts_.ledger->book(entry_of_run(spec_, parts_.tools.tools(), outcome.run_id,
                                          principal.value, turn.request, turn.answer,
                                          outcome.usage));
}

// The record of a run of this agent as it is, and the values that it knew.
Result<std::vector<StoredEvent>> Agent::record_of(const std::string& run_id) {
  OUTPOST_TRY(std::vector<StoredEvent> record, parts_.log.show(run_id));
  OUTPOST_TRY(const boost::json::object started, body_of(record.front()));
  if (const std::string agent = text_in(started, "agent"); agent != spec_.name) {
    return fail(ErrorCode::kNotFound,
                "run " + run_id + " is of the agent '" + agent + "', not of '" + spec_.name + "'");
  }
  if (text_in(started, "version") != spec_.version) {
    return fail(ErrorCode::kConflict, "the file of '" + spec_.name + "' has changed since the run",
                "start it anew");
  }
  std::string values;
  for (const StoredEvent& event : record) {
    if (event.kind == "run_started" || event.kind == "model_chosen") {
      OUTPOST_CHECK(check_calling(event));
    }
    if (event.kind != "values_read") continue;
    OUTPOST_TRY(const boost::json::object read, body_of(event));
    OUTPOST_TRY(values, parts_.log.values(text_in(read, "digest")));
  }
  OUTPOST_CHECK(use_known_values(values));
  return record;
}

Result<RunOutcome> Agent::resume(const std::string& run_id, const RunOptions& options) {
  OUTPOST_TRY(const RunSummary summary, parts_.log.summary(run_id));
  if (summary.state != "waiting" && summary.state != "unfinished") {
    return fail(ErrorCode::kConflict, "run " + summary.id + " has ended: " + summary.state);
  }
  OUTPOST_TRY(std::vector<StoredEvent> record, record_of(summary.id));
  OUTPOST_TRY(const boost::json::object started, body_of(record.front()));
  Session session = session_from_json(object_in(started, "session"));
  RunOptions resumed = options;
  resumed.principal.value = summary.principal;
  RunLoop loop(*this, session, summary.request, resumed);
  loop.go_through(summary.id, std::move(record), true);
  return loop.run();
}

Result<ReplayReport> Agent::replay(const std::string& run_id) {
  OUTPOST_TRY(const RunSummary summary, parts_.log.summary(run_id));
  OUTPOST_TRY(std::vector<StoredEvent> record, record_of(summary.id));
  OUTPOST_TRY(const boost::json::object started, body_of(record.front()));
  ReplayReport report;
  report.events = record.size();
  report.is_whole = record.back().kind == "run_finished";
  Session session = session_from_json(object_in(started, "session"));
  const RunOptions options{{summary.principal}, {}, {}};
  RunLoop loop(*this, session, summary.request, options);
  loop.go_through(summary.id, std::move(record), false);
  const auto outcome = loop.run();
  report.is_same = outcome.has_value() || loop.is_through();
  if (!report.is_same) report.difference = outcome.error().message;
  return report;
}

} // namespace outpost::agents
