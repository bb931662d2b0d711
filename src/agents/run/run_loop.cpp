#include "agents/run/run_loop.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "agents/tools/answer_template.h"

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
      model_(agent.parts_.model, budget_), labelled_(agent.parts_.tools),
      recorded_(labelled_, journal_), budgeted_(recorded_, budget_), guarded_(budgeted_),
      tools_(guarded_) {
  turn_.request = request;
}

Result<RunOutcome> RunLoop::run() {
  OUTPOST_CHECK(journal_.write(RunStarted{agent_.spec_.name, options_.principal.value,
                                          agent_.parts_.model.info().name, request_},
                               chat::user_label()));
  return finish(answer());
}

Status RunLoop::check_going() {
  if (options_.cancel.cancelled()) return fail(ErrorCode::kCancelled, "the run was cancelled");
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
  OUTPOST_TRY(const auto parts, agent_.planner_->plan(text, mentions, session_, model_,
                                                      options_.principal, options_.cancel));
  for (const PlannedPart& part : parts) {
    OUTPOST_CHECK(check_going());
    OUTPOST_CHECK(budget_.take_step());
    OUTPOST_CHECK(record_choice(text, part));
    OUTPOST_TRY(Said one, perform(text, mentions, part, parts.size() == 1));
    said_.push_back(std::move(one));
  }
  return {};
}

// The user answers a question: with the value that was missing, or with yes. Anything else is a new
// request, and what waited is dropped. True: it was such an answer, and `said_` has what came of
// it.
Result<bool> RunLoop::resume(const Text& text, const std::vector<Mention>& mentions) {
  if (!session_.pending) return false;
  PendingCall pending = *std::exchange(session_.pending, std::nullopt);
  const Tool* tool = find_tool(tools_, pending.call.tool);
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
    return Said{AnswerKind::kNoTool, "I have no tool for that. What I can do:\n" + abilities(),
                chat::operator_label()};
  }
  return use_tool(tools_.tools()[candidate.index], text, mentions, part, is_only_part);
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
  const bool sure = is_only_part && all_from_here && part.why == "scored" &&
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
  SlotFiller filler(model_, agent_.recognisers_, agent_.spec_.instructions, options_.principal,
                    options_.cancel);
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

Result<RunLoop::Said> RunLoop::call_tool(const Tool& tool, boost::json::object arguments,
                                         const std::string& request) {
  OUTPOST_CHECK(check_going());
  const Call call{"c" + std::to_string(++calls_), tool.name, std::move(arguments)};
  OUTPOST_TRY(const ToolResult result,
              tools_.call(call, CallContext{options_.principal, request, options_.cancel}));
  turn_.tool = tool.name;
  for (const auto& [name, value] : call.arguments) {
    if (const Parameter* parameter = find_parameter(tool, name)) {
      turn_.values.push_back({parameter->kind.name, value});
    }
  }
  return Said{AnswerKind::kStatement, result.statement, result.label};
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
  for (const Tool& tool : tools_.tools()) {
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

// Whatever happened, what was found out before is said.
Result<RunOutcome> RunLoop::finish(const Status& status) {
  RunOutcome outcome;
  outcome.run_id = journal_.run_id();
  std::string error;
  if (!status) {
    error = status.error().message;
    outcome.end = end_of(status.error());
    said_.push_back(
        {AnswerKind::kFailure, "I could not finish this: " + error, chat::operator_label()});
  }
  const Said whole = join_said();
  outcome.kind = whole.kind;
  outcome.text = whole.text;
  OUTPOST_CHECK(journal_.write(Answered{whole.kind, whole.text}, whole.label));
  outcome.usage = budget_.usage();
  OUTPOST_CHECK(
      journal_.write(RunFinished{outcome.end, error, outcome.usage}, chat::operator_label()));
  turn_.answer = outcome.text;
  session_.add(std::move(turn_));
  return outcome;
}

} // namespace outpost::agents
