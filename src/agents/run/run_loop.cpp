#include "agents/run/run_loop.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "agents/run/record_text.h"
#include "agents/run/run_memory.h"
#include "agents/run/session_json.h"
#include "agents/tools/answer_template.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kRequestBytesMax = 8U << 10U;

RunEnd end_of(const Error& error) {
  if (error.code == ErrorCode::kCancelled) return RunEnd::kCancelled;
  return error.code == ErrorCode::kLimitExceeded ? RunEnd::kBudget : RunEnd::kFailed;
}

// What a model was not asked about is sure.
bool is_less_sure(const PlannedPart& a, const PlannedPart& b) {
  const auto sureness = [](const PlannedPart& part) {
    return part.why == "scored" ? part.probability() : 2;
  };
  return sureness(a) < sureness(b);
}

} // namespace

RunLoop::RunLoop(Agent& agent, Session& session, const std::string& request,
                 const RunOptions& options)
    : agent_(agent), session_(session), request_(request), options_(options),
      budget_(agent.spec_.budgets, agent.parts_.clock),
      journal_(make_run_id(agent.parts_.clock, agent.random_), agent.parts_.log, agent.parts_.clock,
               options.observer),
      metered_(agent.parts_.model, budget_), model_(metered_, budget_, journal_),
      models_(agent.parts_, agent.spec_.larger_models.below, options.principal, metered_, journal_),
      escalation_(agent.parts_.escalation, journal_, budget_),
      tools_(agent.parts_.tools, agent.spec_, agent.parts_.approvals, budget_, journal_,
             agent.parts_.clock, agent.random_) {
  turn_.request = request;
}

void RunLoop::go_through(const std::string& run_id, std::vector<StoredEvent> record,
                         bool may_go_on) {
  budget_.go_on_after(working_time(record));
  journal_.go_through(run_id, std::move(record), may_go_on);
}

Result<RunOutcome> RunLoop::run() {
  // Whoever comes to stop a run, or only goes through its record, works on nothing.
  const bool stops_it = options_.cancel.cancelled() || options_.stop.cancelled();
  platform::ByteClaim claim;
  if (journal_.may_go_on() && !stops_it) {
    OUTPOST_TRY(claim, agent_.parts_.log.claim(journal_.run_id()));
  }
  OUTPOST_CHECK(begin());
  return finish(answer());
}

Status RunLoop::begin() {
  RunStarted started{agent_.spec_.name, options_.principal.value, agent_.parts_.model.info().name,
                     request_,          agent_.spec_.version,     agent_.spec_.file.string(),
                     to_json(session_), models_.calling_json()};
  if (const StoredEvent* event = journal_.next("run_started")) {
    // The same run wherever the file lies, whatever the model behind it is called now and however
    // that model calls tools now.
    OUTPOST_TRY(const auto body, body_of(*event));
    started.model = text_in(body, "model");
    started.file = text_in(body, "file");
    OUTPOST_TRY(started.calling, models_.call_as(body));
  }
  OUTPOST_CHECK(journal_.write(std::move(started), chat::user_label()));
  if (agent_.known_digest_.empty()) return {};
  return journal_.write(ValuesRead{agent_.known_digest_}, chat::operator_label());
}

// Facts give values that neither the request nor the conversation has; everything that comes to
// mind is context for a step that goes to a larger model.
Status RunLoop::recall() {
  RecallRequest request{{options_.principal, agent_.spec_.name}, request_};
  request.tokens_max = agent_.spec_.memory.tokens_max;
  request.now_ms = agent_.parts_.clock.wall_ms();
  request.cancel = options_.cancel;
  OUTPOST_TRY(recalled_, recall_in_run(agent_.parts_.memory, request, journal_));
  for (const Recalled::Item& item : recalled_) {
    if (item.kind != to_string(MemoryItem::Kind::kFact)) continue;
    for (Mention& mention : agent_.recognisers_.find(Text(item.text))) {
      const bool is_clear = mention.strength >= kClearMention && mention.alternatives.empty();
      // Numbers in a fact may count anything.
      if (!is_clear || mention.value.is_number()) continue;
      recalled_values_.push_back(
          {std::move(mention.kind), std::move(mention.value), item.source, item.label});
    }
  }
  return {};
}

// A run that was stopped stops at the same place when it is gone through again.
Status RunLoop::check_going() {
  if (const StoredEvent* stopped = journal_.next("run_stopped")) {
    OUTPOST_TRY(const auto body, body_of(*stopped));
    return fail(error_code_of(text_in(body, "code")), text_in(body, "message"));
  }
  const bool is_new = journal_.next() == nullptr;
  budget_.watch_time(is_new);
  if (is_new && (options_.cancel.cancelled() || options_.stop.cancelled())) {
    return fail(ErrorCode::kCancelled, "the run was cancelled");
  }
  return budget_.check_time();
}

Status RunLoop::answer() {
  OUTPOST_CHECK(check_going());
  if (request_.size() > kRequestBytesMax) {
    return fail(ErrorCode::kInvalidArgument, "a request of " + std::to_string(request_.size()) +
                                                 " bytes; the limit is " +
                                                 std::to_string(kRequestBytesMax));
  }
  OUTPOST_CHECK(recall());
  const Text text(request_);
  const auto mentions = agent_.recognisers_.find(text);
  const std::vector<std::string>& kept_here = agent_.spec_.local_only.values;
  const bool is_local_only =
      std::any_of(mentions.begin(), mentions.end(), [&](const Mention& mention) {
        return std::find(kept_here.begin(), kept_here.end(), mention.kind) != kept_here.end();
      });
  if (is_local_only) label_.confidentiality = chat::Confidentiality::kLocalOnly;
  OUTPOST_TRY(const bool resumed, resume(text, mentions));
  if (resumed) return {};
  OUTPOST_TRY(const auto parts, plan(text, mentions));
  if (parts.empty()) return answer_by_schemas();
  OUTPOST_CHECK(check_possible_parts(parts));
  for (const PlannedPart& part : parts) {
    OUTPOST_CHECK(check_going());
    OUTPOST_CHECK(budget_.take_step());
    OUTPOST_CHECK(record_choice(text, part));
    OUTPOST_TRY(PartAnswer one, perform(text, mentions, part, parts.size() == 1));
    said_.push_back(std::move(one));
  }
  return {};
}

// A rule of the agent file first, then words, values and likelihoods. Nothing: no tool here tells
// more than a schema, and the whole request is for answer_by_schemas().
Result<std::vector<PlannedPart>> RunLoop::plan(const Text& text,
                                               const std::vector<Mention>& mentions) {
  if (const auto by_rule =
          agent_.planner_->plan_by_rules(agent_.spec_.rules, agent_.choices_, text, mentions)) {
    return std::vector{*by_rule};
  }
  const auto& tools = agent_.choices_;
  if (std::all_of(tools.begin(), tools.end(),
                  [](const Tool& tool) { return !tool.input_schema.empty(); })) {
    return std::vector<PlannedPart>();
  }
  while (true) {
    OUTPOST_TRY(auto parts, agent_.planner_->plan(text, mentions, session_, model_,
                                                  options_.principal, options_.cancel));
    const auto least = std::min_element(parts.begin(), parts.end(), is_less_sure);
    if (least->why != "scored") return parts;
    OUTPOST_TRY(const bool again,
                models_.step_up(text.raw.substr(least->begin, least->end - least->begin),
                                least->probability()));
    if (!again) return parts;
  }
}

Status RunLoop::answer_by_schemas() {
  SchemaPlan plan;
  for (bool again = true; again;) {
    OUTPOST_TRY(plan, SchemaCalls(model_, models_.calling(), agent_.spec_.instructions,
                                  options_.principal, options_.cancel)
                          .plan(tools_.tools(), session_, request_));
    OUTPOST_TRY(again, models_.step_up(request_, plan.probability));
  }
  std::vector<std::string> nearest;
  for (const SchemaCall& call : plan.calls) nearest.push_back(call.tool);
  OUTPOST_TRY(auto suggested, escalate(request_, plan.probability, nearest));
  if (suggested) {
    said_.push_back(*std::move(suggested));
    return {};
  }
  if (plan.calls.empty()) said_.push_back(no_tool());
  for (const SchemaCall& call : plan.calls) {
    OUTPOST_CHECK(check_going());
    OUTPOST_CHECK(budget_.take_step());
    OUTPOST_CHECK(
        journal_.write(ToolChosen{request_, call.tool, "drafted", {{call.tool, call.probability}}},
                       chat::join(chat::user_label(), chat::model_label())));
    OUTPOST_TRY(PartAnswer one, perform(call));
    said_.push_back(std::move(one));
  }
  return {};
}

// The work ends here until there is an answer; what was done is on the disk.
Result<RunOutcome> RunLoop::wait() {
  const RunWaiting& waiting = *tools_.waiting();
  said_.push_back({AnswerKind::kStatement, waiting.text, chat::operator_label()});
  const PartAnswer whole = join_answers(said_);
  if (!journal_.still_ends_with("run_waiting")) {
    OUTPOST_CHECK(journal_.write(RunWaiting{waiting.approval, whole.text}, whole.label));
  }
  RunOutcome outcome;
  outcome.run_id = journal_.run_id();
  outcome.end = RunEnd::kWaiting;
  outcome.kind = whole.kind;
  outcome.text = whole.text;
  outcome.waits_for = waiting.approval;
  outcome.usage = budget_.usage();
  return outcome;
}

Status RunLoop::stop(const Error& error) {
  said_.push_back(
      {AnswerKind::kFailure, "I could not finish this: " + error.message, chat::operator_label()});
  return journal_.write(RunStopped{error.code, error.message}, chat::operator_label());
}

// Whatever happened, what was found out before is said.
Result<RunOutcome> RunLoop::finish(Status status) {
  if (journal_.has_differed()) return tl::unexpected(status.error());
  if (!status && tools_.waiting()) {
    status = check_going(); // cancelled, now or then
    if (status) return wait();
  }
  RunOutcome outcome;
  outcome.run_id = journal_.run_id();
  std::string error;
  if (!status) {
    error = status.error().message;
    outcome.end = end_of(status.error());
    OUTPOST_CHECK(stop(status.error()));
  }
  const PartAnswer whole = join_answers(said_);
  outcome.kind = whole.kind;
  outcome.text = whole.text;
  OUTPOST_CHECK(journal_.write(Answered{whole.kind, whole.text}, whole.label));
  outcome.usage = budget_.usage();
  if (const StoredEvent* finished = journal_.next("run_finished")) {
    OUTPOST_TRY(const auto body, body_of(*finished));
    outcome.usage.time =
        std::chrono::milliseconds(integer_in(object_in(body, "usage"), "milliseconds"));
  }
  turn_.answer = outcome.text;
  turn_.label = chat::join(label_, whole.label);
  // Before the run's end is on the disk: if it is cut off here, whoever goes on does this again,
  // and books and remembers nothing twice.
  if (journal_.is_new()) OUTPOST_CHECK(agent_.keep(outcome, options_.principal, turn_));
  OUTPOST_CHECK(
      journal_.write(RunFinished{outcome.end, error, outcome.usage}, chat::operator_label()));
  session_.add(std::move(turn_));
  return outcome;
}

} // namespace outpost::agents
