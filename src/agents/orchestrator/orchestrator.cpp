#include "agents/orchestrator/orchestrator.h"

#include <algorithm>

#include "agents/call/clauses.h"
#include "agents/orchestrator/panel.h"
#include "base/assert.h"

namespace outpost::agents {
namespace {

// A part of a request goes to another agent than the whole would only when that is this sure.
constexpr double kSureOfPart = 0.7;

std::vector<Route> routes_of(const TeamSpec& team) {
  std::vector<Route> routes;
  for (const TeamMemberSpec& member : team.members) routes.push_back(member.route);
  return routes;
}

std::string trimmed_text(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::uint32_t sum(std::uint32_t a, std::uint32_t b) {
  return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

// What the second says stands after what the first said; the worse end is the end of both.
void join(RunOutcome& whole, RunOutcome part) {
  part.text = whole.text + (whole.text.empty() || part.text.empty() ? "" : "\n") + part.text;
  part.usage.steps = sum(part.usage.steps, whole.usage.steps);
  part.usage.tool_calls = sum(part.usage.tool_calls, whole.usage.tool_calls);
  part.usage.tokens = sum(part.usage.tokens, whole.usage.tokens);
  part.usage.time += whole.usage.time;
  if (part.end == RunEnd::kDone) part.end = whole.end;
  whole = std::move(part);
}

} // namespace

Orchestrator::Orchestrator(TeamSpec team, std::vector<std::unique_ptr<AgentPool>> pools,
                           chat::ChatModel* model)
    : team_(std::move(team)), router_(routes_of(team_)), pools_(std::move(pools)), model_(model) {
  OUTPOST_ASSERT(pools_.size() == team_.members.size());
}

std::optional<std::size_t> Orchestrator::member_of(const std::string& name) const {
  for (std::size_t i = 0; i < team_.members.size(); ++i) {
    if (team_.members[i].route.name == name) return i;
  }
  return std::nullopt;
}

Result<Routing> Orchestrator::route(const Session& session, const std::string& request,
                                    const RunOptions& options) const {
  const auto current = session.turns.empty() ? std::nullopt : member_of(session.turns.back().agent);
  if (session.pending && current) return Routing{current, "answer to a question", 1};
  OUTPOST_TRY(Routing routing,
              router_.decide(request, current, model_, options.principal, options.cancel));
  if (!routing.route && !team_.fallback.empty()) {
    routing.route = member_of(team_.fallback);
    routing.why = "fallback";
  }
  return routing;
}

// One part for each run of clauses that are surely for the same agent; the request as it is where
// they are not for several.
Result<std::vector<Orchestrator::Part>> Orchestrator::parts_of(const Session& session,
                                                               const std::string& request,
                                                               const RunOptions& options) const {
  std::vector<Part> parts;
  const auto clauses = split_clauses(request, {});
  if (team_.fans_out && !session.pending && clauses.size() > 1) {
    for (const Clause& clause : clauses) {
      std::string text =
          trimmed_text(std::string_view(request).substr(clause.begin, clause.end - clause.begin));
      const auto probabilities = router_.by_examples(text);
      const auto best = std::max_element(probabilities.begin(), probabilities.end());
      const auto member = static_cast<std::size_t>(best - probabilities.begin());
      const bool sure = *best >= kSureOfPart;
      if (!parts.empty() && (!sure || parts.back().member == member)) {
        parts.back().text += " " + text;
      } else if (sure) {
        parts.push_back({std::move(text), member});
      } else {
        return std::vector<Part>(); // who the beginning is for is not sure: the whole decides
      }
    }
  }
  if (parts.size() > 1) return parts;
  OUTPOST_TRY(const Routing routing, route(session, request, options));
  if (!routing.route) return std::vector<Part>();
  return std::vector<Part>{{request, *routing.route}};
}

// The agent itself, or the least loaded of its stand-ins.
Result<RunOutcome> Orchestrator::give_to(std::size_t member, Session& session,
                                         const std::string& request, const RunOptions& options) {
  std::vector<std::size_t> order;
  for (const std::string& name : team_.members[member].stand_ins) {
    if (const auto stand_in = member_of(name)) order.push_back(*stand_in);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double load_a = pools_[a]->load(), load_b = pools_[b]->load();
    return load_a != load_b ? load_a < load_b : a < b;
  });
  order.insert(order.begin(), member);
  Result<RunOutcome> outcome =
      fail(ErrorCode::kResourceExhausted, "no agent has room for the request");
  for (const std::size_t taker : order) {
    const std::size_t turns = session.turns.size();
    outcome = pools_[taker]->run(session, request, options);
    const bool full = !outcome && outcome.error().code == ErrorCode::kResourceExhausted;
    if (full) continue;
    if (session.turns.size() != turns || turns == Session::kTurnsMax) {
      session.turns.back().agent = team_.members[taker].route.name;
    }
    break;
  }
  return outcome;
}

bool Orchestrator::is_on_panel(std::size_t member) const {
  const std::string& name = team_.members[member].route.name;
  return std::find(team_.panel.begin(), team_.panel.end(), name) != team_.panel.end();
}

Result<RunOutcome> Orchestrator::give_to_panel(Session& session, const std::string& request,
                                               const RunOptions& options) {
  std::vector<AgentPool*> panel;
  for (const std::string& name : team_.panel) panel.push_back(pools_[*member_of(name)].get());
  OUTPOST_TRY(PanelOutcome chosen, ask_panel(panel, model_, session, request, options));
  if (!session.turns.empty()) session.turns.back().agent = team_.panel[chosen.member];
  return std::move(chosen.outcome);
}

RunOutcome Orchestrator::tell_nobody(Session& session, const std::string& request) const {
  RunOutcome outcome;
  outcome.kind = AnswerKind::kNoTool;
  outcome.text = team_.nobody;
  session.add({.request = request, .answer = team_.nobody});
  return outcome;
}

Result<RunOutcome> Orchestrator::run(Session& session, const std::string& request,
                                     const RunOptions& options) {
  OUTPOST_TRY(std::vector<Part> parts, parts_of(session, request, options));
  if (parts.empty()) {
    OUTPOST_TRY(const Routing routing, route(session, request, options));
    if (!routing.route) return tell_nobody(session, request);
    parts = {{request, *routing.route}};
  }
  RunOutcome whole;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // An answer to a question is for who asked it.
    const bool to_all = !session.pending && is_on_panel(parts[i].member);
    auto outcome = to_all ? give_to_panel(session, parts[i].text, options)
                          : give_to(parts[i].member, session, parts[i].text, options);
    if (!outcome) {
      if (i == 0) return fail(outcome.error());
      // What was done already is told in any case.
      whole.end = RunEnd::kFailed;
      whole.text += "\n" + outcome.error().message;
      return whole;
    }
    join(whole, *std::move(outcome));
    if (whole.end == RunEnd::kCancelled) break;
  }
  return whole;
}

Result<RunOutcome> Orchestrator::resume(const std::string& run_id, const RunOptions& options) {
  Result<RunOutcome> outcome = Runner::resume(run_id, options);
  for (const auto& pool : pools_) {
    outcome = pool->resume(run_id, options);
    if (outcome || outcome.error().code != ErrorCode::kNotFound) break;
  }
  return outcome;
}

Result<ReplayReport> Orchestrator::replay(const std::string& run_id) {
  Result<ReplayReport> report = Runner::replay(run_id);
  for (const auto& pool : pools_) {
    report = pool->replay(run_id);
    if (report || report.error().code != ErrorCode::kNotFound) break;
  }
  return report;
}

} // namespace outpost::agents
