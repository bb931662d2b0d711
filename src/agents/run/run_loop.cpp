#include "agents/run/run_loop.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "agents/run/record_text.h"
#include "agents/run/session_json.h"
#include "agents/tools/answer_template.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

// Below this nothing that can't be undone is done without a yes, and nothing that can is begun.
constexpr double kSureOfIrreversible = 0.7;
constexpr double kSureOfReversible = 0.5;
// Below this it is more honest to say what the agent can do than to try a tool.
constexpr double kWorthATry = 0.3;
constexpr std::size_t kOptionsShown = 3;
constexpr std::size_t kRequestBytesMax = 8U << 10U;

constexpr auto kYes = std::to_array<std::string_view>(
    {"yes", "y", "yeah", "yep", "ok", "okay", "sure", "confirm", "confirmed", "please", "do"});

bool is_yes(const Text& text) {
  return !text.words.empty() && text.words.size() <= 4 &&
         std::find(kYes.begin(), kYes.end(), text.words.front().text) != kYes.end();
}

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string confirmation(const Tool& tool, const FilledSlots& filled) {
  std::string text = "Please confirm: " + readable(tool.name);
  for (const Slot& slot : filled.slots) {
    const Parameter* parameter = find_parameter(tool, slot.parameter);
    const std::string& what = parameter->kind.description;
    text += (&slot == &filled.slots.front() ? " (" : ", ") +
            (what.empty() ? slot.parameter : what) + " " + plain_text(slot.value);
  }
  return text + (filled.slots.empty() ? "" : ")") + ". Shall I? Yes or no.";
}

RunEnd end_of(const Error& error) {
  if (error.code == ErrorCode::kCancelled) return RunEnd::kCancelled;
  return error.code == ErrorCode::kLimitExceeded ? RunEnd::kBudget : RunEnd::kFailed;
}

} // namespace

RunLoop::RunLoop(Agent& agent, Session& session, const std::string& request,
                 const RunOptions& options)
    : agent_(agent), session_(session), request_(request), options_(options),
      budget_(agent.spec_.budgets, agent.parts_.clock),
      journal_(make_run_id(agent.parts_.clock, agent.random_), agent.parts_.log, agent.parts_.clock,
               options.observer),
      metered_(agent.parts_.model, budget_), model_(metered_, budget_, journal_),
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
  OUTPOST_CHECK(begin());
  return finish(answer());
}

Status RunLoop::begin() {
  RunStarted started{agent_.spec_.name, options_.principal.value, agent_.parts_.model.info().name,
                     request_,          agent_.spec_.version,     agent_.spec_.file.string(),
                     to_json(session_)};
  if (const StoredEvent* event = journal_.next("run_started")) {
    // The same run wherever the file lies and whatever the model behind it is called now.
    OUTPOST_TRY(const auto body, body_of(*event));
    started.model = text_in(body, "model");
    started.file = text_in(body, "file");
  }
  OUTPOST_CHECK(journal_.write(std::move(started), chat::user_label()));
  if (agent_.known_digest_.empty()) return {};
  return journal_.write(ValuesRead{agent_.known_digest_}, chat::operator_label());
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
  const Text text(request_);
  const auto mentions = agent_.recognisers_.find(text);
  OUTPOST_TRY(const bool resumed, resume(text, mentions));
  if (resumed) return {};
  OUTPOST_TRY(const auto parts, plan(text, mentions));
  if (parts.empty()) return answer_by_schemas();
  for (const PlannedPart& part : parts) {
    OUTPOST_CHECK(check_going());
    OUTPOST_CHECK(budget_.take_step());
    OUTPOST_CHECK(record_choice(text, part));
    OUTPOST_TRY(Said one, perform(text, mentions, part, parts.size() == 1));
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
  return agent_.planner_->plan(text, mentions, session_, model_, options_.principal,
                               options_.cancel);
}

Status RunLoop::answer_by_schemas() {
  OUTPOST_TRY(const auto calls,
              SchemaCalls(model_, agent_.parts_.calling, agent_.spec_.instructions,
                          options_.principal, options_.cancel)
                  .plan(tools_.tools(), session_, request_));
  if (calls.empty()) said_.push_back(no_tool());
  for (const SchemaCall& call : calls) {
    OUTPOST_CHECK(check_going());
    OUTPOST_CHECK(budget_.take_step());
    OUTPOST_CHECK(
        journal_.write(ToolChosen{request_, call.tool, "drafted", {{call.tool, call.probability}}},
                       chat::join(chat::user_label(), chat::model_label())));
    OUTPOST_TRY(Said one, perform(call));
    said_.push_back(std::move(one));
  }
  return {};
}

// The tool is chosen; its arguments are drafted under its schema.
Result<RunLoop::Said> RunLoop::use_schema_tool(const Tool& tool, const std::string& text) {
  OUTPOST_TRY(const auto calls,
              SchemaCalls(model_, agent_.parts_.calling, agent_.spec_.instructions,
                          options_.principal, options_.cancel)
                  .plan({tool}, session_, text));
  return calls.empty() ? no_tool() : perform(calls.front());
}

Result<RunLoop::Said> RunLoop::perform(const SchemaCall& call) {
  const Tool* tool = find_tool(tools_, call.tool);
  if (tool == nullptr) return no_tool();
  if (tool->effect == Effect::kIrreversible && call.probability < kSureOfIrreversible) {
    return ask(*tool, call.arguments, request_,
               {{},
                "Please confirm: " + readable(tool->name) + " " + chat::json_text(call.arguments) +
                    ". Shall I? Yes or no.",
                {}});
  }
  return call_tool(*tool, call.arguments, request_);
}

// The user answers a question: with the value that was missing, or with yes. Anything else is a new
// request, and what waited is dropped. True: it was such an answer, and `said_` has what came of
// it.
Result<bool> RunLoop::resume(const Text& text, const std::vector<Mention>& mentions) {
  if (!session_.pending) return false;
  PendingCall pending = *std::exchange(session_.pending, std::nullopt);
  const Tool* tool = find_choice(pending.call.tool);
  if (tool == nullptr) return false;
  boost::json::object& arguments = pending.call.arguments;
  if (!pending.parameter.empty()) {
    const auto value = value_asked_for(pending, *tool, text, mentions);
    if (!value) return false;
    arguments[pending.parameter] = *value;
  } else if (!is_yes(text)) {
    return false;
  }
  OUTPOST_CHECK(budget_.take_step());
  OUTPOST_CHECK(journal_.write(ToolChosen{request_, tool->name, "answer to a question", {}},
                               chat::user_label()));
  for (const Parameter& parameter : tool->parameters) {
    if (!parameter.required || arguments.contains(parameter.name)) continue;
    said_.push_back(ask(*tool, std::move(arguments), pending.request,
                        {parameter.name, question_for(parameter), {}}));
    return true;
  }
  OUTPOST_TRY(Said said, call_tool(*tool, std::move(arguments), pending.request));
  said_.push_back(std::move(said));
  return true;
}

// The value in a short answer; a longer text is a request of its own.
std::optional<boost::json::value> RunLoop::value_asked_for(const PendingCall& pending,
                                                           const Tool& tool, const Text& text,
                                                           const std::vector<Mention>& mentions) {
  constexpr std::size_t kShortAnswer = 8; // words
  const Parameter* parameter = find_parameter(tool, pending.parameter);
  if (parameter == nullptr || text.words.size() > kShortAnswer) return std::nullopt;
  if (const auto option = pick_option(pending.options, text)) return boost::json::string(*option);
  for (const Mention& mention : mentions) {
    if (mention.kind == parameter->kind.name && mention.alternatives.empty()) return mention.value;
  }
  return std::nullopt;
}

RunLoop::Said RunLoop::ask(const Tool& tool, boost::json::object arguments,
                           const std::string& request, MissingSlot missing) {
  session_.pending = PendingCall{{"", tool.name, std::move(arguments)},
                                 request,
                                 std::move(missing.parameter),
                                 std::move(missing.options)};
  return Said{AnswerKind::kQuestion, std::move(missing.question), chat::operator_label()};
}

Result<RunLoop::Said> RunLoop::perform(const Text& text, const std::vector<Mention>& mentions,
                                       const PlannedPart& part, bool is_only_part) {
  const Candidate& candidate = agent_.planner_->candidates()[part.candidate];
  const double least = candidate.effect == Effect::kReversible ? kSureOfReversible : kWorthATry;
  const bool unsure = part.why == "scored" && part.probability() < least;
  if (candidate.kind == Candidate::Kind::kReply) {
    return Said{
        AnswerKind::kReply,
        fill_template(agent_.spec_.replies[candidate.index].say, {{"tools", abilities()}}, {}),
        chat::operator_label()};
  }
  if (candidate.kind == Candidate::Kind::kNone || unsure) {
    return no_tool();
  }
  const Tool& tool = agent_.choices_[candidate.index];
  if (!tool.input_schema.empty()) {
    return use_schema_tool(tool, text.raw.substr(part.begin, part.end - part.begin));
  }
  return use_tool(tool, text, mentions, part, is_only_part);
}

Result<RunLoop::Said> RunLoop::use_tool(const Tool& tool, const Text& text,
                                        const std::vector<Mention>& mentions,
                                        const PlannedPart& part, bool is_only_part) {
  OUTPOST_TRY(const FilledSlots filled, fill_slots(tool, text, mentions, part));
  OUTPOST_CHECK(record_arguments(tool, filled));
  if (filled.missing) {
    return ask(tool, filled.arguments(), request_, *filled.missing);
  }
  const bool all_from_here =
      std::all_of(filled.slots.begin(), filled.slots.end(), [](const Slot& slot) {
        return slot.origin == "request" || slot.origin == "model";
      });
  const bool sure = is_only_part && all_from_here && (part.why == "scored" || part.why == "rule") &&
                    part.probability() >= kSureOfIrreversible;
  if (tool.effect == Effect::kIrreversible && !sure) {
    return ask(tool, filled.arguments(), request_, {{}, confirmation(tool, filled), {}});
  }
  return call_tool(tool, filled.arguments(), request_);
}

// Fills, looks for what does not hold, tries that one slot once more, and else asks for it.
Result<FilledSlots> RunLoop::fill_slots(const Tool& tool, const Text& text,
                                        const std::vector<Mention>& mentions,
                                        const PlannedPart& part) {
  SlotFiller filler(model_, agent_.spec_.instructions, options_.principal, options_.cancel);
  std::vector<Slot> refused;
  while (true) {
    const SlotSources sources{text, mentions, part.begin, part.end, session_, refused};
    OUTPOST_TRY(FilledSlots filled, filler.fill(tool, sources));
    const auto problem = find_problem(tool, filled, sources, agent_.recognisers_);
    if (!problem) return filled;
    const auto slot = std::find_if(filled.slots.begin(), filled.slots.end(), [&](const Slot& one) {
      return one.parameter == problem->parameter;
    });
    const bool again = !refused.empty();
    refused.push_back(*slot);
    if (!again) continue;
    filled.slots.erase(slot);
    const Parameter* parameter = find_parameter(tool, problem->parameter);
    if (parameter != nullptr && !filled.missing) {
      filled.missing = MissingSlot{problem->parameter, question_for(*parameter), {}};
    }
    return filled;
  }
}

const Tool* RunLoop::find_choice(std::string_view name) const {
  const auto at = std::find_if(agent_.choices_.begin(), agent_.choices_.end(),
                               [name](const Tool& tool) { return tool.name == name; });
  return at == agent_.choices_.end() ? nullptr : &*at;
}

Result<ToolResult> RunLoop::make_call(const Tool& tool, boost::json::object arguments,
                                      const std::string& request) {
  OUTPOST_CHECK(check_going());
  const Call call{"c" + std::to_string(++calls_), tool.name, std::move(arguments)};
  OUTPOST_TRY(ToolResult result,
              tools_.call(call, CallContext{options_.principal, request, options_.cancel}));
  turn_.tool = tool.name;
  for (const auto& [name, value] : call.arguments) {
    const Parameter* parameter = find_parameter(tool, name);
    turn_.values.push_back(
        {parameter == nullptr ? std::string(name) : parameter->kind.name, value});
  }
  if (result.statement.empty()) result.statement = plain_text(result.content);
  return result;
}

Result<RunLoop::Said> RunLoop::call_tool(const Tool& tool, boost::json::object arguments,
                                         const std::string& request) {
  for (const Plan& plan : agent_.spec_.plans) {
    if (plan.tool.name == tool.name) return follow(plan, std::move(arguments));
  }
  OUTPOST_TRY(const ToolResult result, make_call(tool, std::move(arguments), request));
  return Said{AnswerKind::kStatement, result.statement, result.label};
}

Result<RunLoop::Said> RunLoop::follow(const Plan& plan, boost::json::object arguments) {
  PlanData data(std::move(arguments));
  Said said{AnswerKind::kStatement, {}, chat::operator_label()};
  for (std::size_t at = 0; at < plan.steps.size();) {
    const PlanStep& step = plan.steps[at++];
    bool found = true;
    if (step.tool.empty()) {
      data.sift(step);
      found = !data.is_empty(step.name);
      if (!found) said.text = "Nothing of that kind was found.";
    } else {
      OUTPOST_CHECK(budget_.take_step());
      boost::json::object with;
      for (const auto& [name, text] : step.with) {
        if (boost::json::value value = data.fill(text); !value.is_null()) with[name] = value;
      }
      const Tool* tool = find_tool(tools_, step.tool);
      OUTPOST_TRY(const ToolResult result, make_call(*tool, std::move(with), request_));
      data.keep(step.name, result.content, result.label);
      found = result.outcome == ToolResult::Outcome::kDone;
      said.text = result.statement;
    }
    said.label = chat::join(said.label, data.label());
    if (found) continue;
    if (step.otherwise.empty()) return said;
    const auto next = std::find_if(plan.steps.begin(), plan.steps.end(),
                                   [&](const PlanStep& one) { return one.name == step.otherwise; });
    at = static_cast<std::size_t>(next - plan.steps.begin());
  }
  if (!plan.say.empty()) said.text = plain_text(data.fill(plan.say));
  return said;
}

Status RunLoop::record_choice(const Text& text, const PlannedPart& part) {
  const auto& candidates = agent_.planner_->candidates();
  ToolChosen chosen{text.raw.substr(part.begin, part.end - part.begin),
                    candidates[part.candidate].name,
                    part.why,
                    {}};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    chosen.options.push_back({candidates[i].name, part.probabilities[i]});
  }
  std::sort(chosen.options.begin(), chosen.options.end(), [](const auto& a, const auto& b) {
    return std::tie(b.probability, a.name) < std::tie(a.probability, b.name);
  });
  chosen.options.resize(std::min(chosen.options.size(), kOptionsShown));
  return journal_.write(std::move(chosen), chat::join(chat::user_label(), chat::model_label()));
}

Status RunLoop::record_arguments(const Tool& tool, const FilledSlots& filled) {
  ArgumentsFilled event{tool.name, {}};
  chat::Label label = chat::operator_label();
  for (const Slot& slot : filled.slots) {
    event.arguments.push_back({slot.parameter, slot.value, slot.origin, slot.label});
    label = chat::join(label, slot.label);
  }
  return journal_.write(std::move(event), std::move(label));
}

std::string RunLoop::abilities() const {
  std::string list;
  for (const Tool& tool : agent_.choices_) {
    list += (list.empty() ? "- " : "\n- ") + readable(tool.name) + ": " + tool.description;
  }
  return list;
}

// One text; a question stands at its end and gives the whole its kind.
RunLoop::Said RunLoop::join_said() const {
  Said whole{AnswerKind::kFailure, {}, chat::operator_label()};
  for (const bool questions : {false, true}) {
    for (const Said& one : said_) {
      if ((one.kind == AnswerKind::kQuestion) != questions) continue;
      whole.text += (whole.text.empty() ? "" : "\n") + one.text;
      whole.label = chat::join(whole.label, one.label);
      whole.kind = one.kind;
    }
  }
  return whole;
}

RunLoop::Said RunLoop::no_tool() const {
  return {AnswerKind::kNoTool, "I have no tool for that. What I can do:\n" + abilities(),
          chat::operator_label()};
}

// The work ends here until there is an answer; what was done is on the disk.
Result<RunOutcome> RunLoop::wait() {
  const RunWaiting& waiting = *tools_.waiting();
  said_.push_back({AnswerKind::kStatement, waiting.text, chat::operator_label()});
  const Said whole = join_said();
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
  const Said whole = join_said();
  outcome.kind = whole.kind;
  outcome.text = whole.text;
  OUTPOST_CHECK(journal_.write(Answered{whole.kind, whole.text}, whole.label));
  outcome.usage = budget_.usage();
  if (const StoredEvent* finished = journal_.next("run_finished")) {
    OUTPOST_TRY(const auto body, body_of(*finished));
    outcome.usage.time =
        std::chrono::milliseconds(integer_in(object_in(body, "usage"), "milliseconds"));
  }
  OUTPOST_CHECK(
      journal_.write(RunFinished{outcome.end, error, outcome.usage}, chat::operator_label()));
  turn_.answer = outcome.text;
  session_.add(std::move(turn_));
  return outcome;
}

} // namespace outpost::agents
