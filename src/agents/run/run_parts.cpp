// RunLoop: what a part of the request comes to. Choose, escalate, fill, check, ask.
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "agents/run/run_loop.h"
#include "agents/tools/answer_template.h"
#include "agents/tools/argument_schema.h"
#include "agents/tools/policy/permission_toolset.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

// Below this nothing that can't be undone is done without a yes, and nothing that can is begun.
constexpr double kSureOfIrreversible = 0.7;
constexpr double kSureOfReversible = 0.5;
// Below this it is more honest to say what the agent can do than to try a tool.
constexpr double kWorthATry = 0.3;
// From this on a tool is tried here, however sure an agent file wants to be.
constexpr double kSureOfTool = 0.8;
constexpr std::size_t kOptionsShown = 3;
constexpr std::size_t kTurnsLabelled = 3; // of the conversation, for a call drafted from it
constexpr std::size_t kToolsEscalated = 5;
constexpr std::size_t kTurnsEscalated = 2; // of the conversation, with what came to mind

constexpr auto kYes = std::to_array<std::string_view>(
    {"yes", "y", "yeah", "yep", "ok", "okay", "sure", "confirm", "confirmed", "please", "do"});

bool is_yes(const Text& text) {
  return !text.words.empty() && text.words.size() <= 4 &&
         std::find(kYes.begin(), kYes.end(), text.words.front().text) != kYes.end();
}

std::string confirmation(const Tool& tool, const FilledSlots& filled) {
  std::string text = "Please confirm: " + readable_name(tool.name);
  for (const Slot& slot : filled.slots) {
    const Parameter* parameter = find_parameter(tool, slot.parameter);
    const std::string& what = parameter->kind.description;
    text += (&slot == &filled.slots.front() ? " (" : ", ") +
            (what.empty() ? slot.parameter : what) + " " + plain_text(slot.value);
  }
  return text + (filled.slots.empty() ? "" : ")") + ". Shall I? Yes or no.";
}

chat::Label label_of(const FilledSlots& filled, chat::Label label) {
  for (const Slot& slot : filled.slots) label = chat::join(label, slot.label);
  return label;
}

} // namespace

chat::Label RunLoop::conversation_label() const {
  chat::Label label = label_;
  const std::size_t turns = session_.turns.size();
  for (std::size_t i = turns - std::min(turns, kTurnsLabelled); i < turns; ++i) {
    label = chat::join(label, session_.turns[i].label);
  }
  return label;
}

// The tool is chosen; its arguments are drafted under its schema.
Result<PartAnswer> RunLoop::use_schema_tool(const Tool& tool, const std::string& text) {
  OUTPOST_TRY(const SchemaPlan plan,
              SchemaCalls(model_, models_.calling(), agent_.spec_.instructions, options_.principal,
                          options_.cancel)
                  .plan({tool}, session_, text));
  return plan.calls.empty() ? no_tool() : perform(plan.calls.front());
}

Result<PartAnswer> RunLoop::perform(const SchemaCall& call) {
  const Tool* tool = find_tool(tools_, call.tool);
  if (tool == nullptr) return no_tool();
  if (tool->effect == Effect::kIrreversible && call.probability < kSureOfIrreversible) {
    OUTPOST_CHECK(check_allowed(*tool, call.arguments));
    return ask(*tool, call.arguments, request_,
               {{},
                "Please confirm: " + readable_name(tool->name) + " " +
                    chat::json_text(call.arguments) + ". Shall I? Yes or no.",
                {}});
  }
  return call_tool(*tool, call.arguments, request_, conversation_label());
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
  OUTPOST_TRY(PartAnswer said,
              call_tool(*tool, std::move(arguments), pending.request, conversation_label()));
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

// Nobody is asked to confirm what `permissions` denies anyway. Of a plan each step is looked at.
Status RunLoop::check_allowed(const Tool& tool, const boost::json::object& arguments) const {
  if (find_tool(tools_, tool.name) == nullptr) return {};
  return check_permission(agent_.spec_.permissions, {"", tool.name, arguments},
                          {options_.principal, request_, options_.cancel});
}

Status RunLoop::check_possible_parts(const std::vector<PlannedPart>& parts) const {
  const auto& candidates = agent_.planner_->candidates();
  const bool changes = std::any_of(parts.begin(), parts.end(), [&](const PlannedPart& part) {
    const Candidate& candidate = candidates[part.candidate];
    return candidate.kind == Candidate::Kind::kTool && candidate.effect != Effect::kRead;
  });
  if (parts.size() < 2 || !changes) return {};
  for (const PlannedPart& part : parts) {
    const Candidate& candidate = candidates[part.candidate];
    if (candidate.kind != Candidate::Kind::kTool || find_tool(tools_, candidate.name) == nullptr) {
      continue;
    }
    OUTPOST_CHECK(check_possible(agent_.spec_.permissions, candidate.name, options_.principal));
  }
  return {};
}

PartAnswer RunLoop::ask(const Tool& tool, boost::json::object arguments, const std::string& request,
                        MissingSlot missing) {
  session_.pending = PendingCall{{"", tool.name, std::move(arguments)},
                                 request,
                                 std::move(missing.parameter),
                                 std::move(missing.options)};
  return PartAnswer{AnswerKind::kQuestion, std::move(missing.question), chat::operator_label()};
}

Result<PartAnswer> RunLoop::perform(const Text& text, const std::vector<Mention>& mentions,
                                    const PlannedPart& part, bool is_only_part) {
  const Candidate& candidate = agent_.planner_->candidates()[part.candidate];
  const double least = candidate.effect == Effect::kReversible ? kSureOfReversible : kWorthATry;
  const bool unsure = part.why == "scored" && part.probability() < least;
  // `below: 1` of an agent file sends up whatever no tool is for, not what is as good as sure.
  const bool is_tool = candidate.kind != Candidate::Kind::kNone;
  if (part.why == "scored" && !(is_tool && part.probability() >= kSureOfTool)) {
    OUTPOST_TRY(auto suggested, escalate(text.raw.substr(part.begin, part.end - part.begin),
                                         part.probability(), names_by_likelihood(part)));
    if (suggested) return *std::move(suggested);
  }
  if (candidate.kind == Candidate::Kind::kReply) {
    return PartAnswer{
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

std::vector<std::string> RunLoop::names_by_likelihood(const PlannedPart& part) const {
  const auto& candidates = agent_.planner_->candidates();
  std::vector<std::tuple<double, std::size_t>> order;
  for (std::size_t i = 0; i < candidates.size(); ++i) order.emplace_back(-part.probabilities[i], i);
  std::sort(order.begin(), order.end());
  std::vector<std::string> names;
  for (const auto& [negative, i] : order) names.push_back(candidates[i].name);
  return names;
}

// The tools that came nearest, then the others as there is room; the last turns, and what came to
// mind.
HardStep RunLoop::hard_step(const std::string& part, double probability,
                            const std::vector<std::string>& nearest) const {
  HardStep step;
  step.run_id = journal_.run_id();
  step.agent = agent_.spec_.name;
  step.principal = options_.principal;
  step.request = {part, label_};
  step.probability = probability;
  const std::size_t turns = session_.turns.size();
  for (std::size_t i = turns - std::min(turns, kTurnsEscalated); i < turns; ++i) {
    const Turn& turn = session_.turns[i];
    if (turn.request.empty()) continue; // values of an earlier conversation
    step.context.push_back({turn.request + " | " + turn.answer, turn.label});
  }
  for (const Recalled::Item& item : recalled_) step.context.push_back({item.text, item.label});
  for (const std::string& name : nearest) {
    const Tool* tool = find_tool(tools_, name);
    if (tool != nullptr && step.tools.size() < kToolsEscalated) step.tools.push_back(*tool);
  }
  for (const Tool& tool : tools_.tools()) {
    const bool is_listed = std::find(nearest.begin(), nearest.end(), tool.name) != nearest.end();
    if (!is_listed && step.tools.size() < kToolsEscalated) step.tools.push_back(tool);
  }
  return step;
}

Result<std::optional<PartAnswer>> RunLoop::escalate(const std::string& part, double probability,
                                                    const std::vector<std::string>& nearest) {
  OUTPOST_TRY(const auto answer,
              escalation_.ask(hard_step(part, probability, nearest), options_.cancel));
  if (!answer) return std::optional<PartAnswer>();
  if (!answer->call) return std::optional<PartAnswer>(); // it knows nothing better
  const Tool* tool = find_tool(tools_, answer->call->tool);
  const boost::json::object& arguments = answer->call->arguments;
  if (tool == nullptr || !check_arguments(*tool, arguments)) return std::optional<PartAnswer>();
  // A suggestion is never done as it comes, unless it only reads what the user named.
  if (tool->effect != Effect::kRead || !stands_in(part, arguments)) {
    OUTPOST_CHECK(check_allowed(*tool, arguments));
    return std::optional(
        ask(*tool, arguments, request_, {{}, question_about(*tool, arguments), {}}));
  }
  OUTPOST_TRY(PartAnswer said, call_tool(*tool, arguments, request_, label_));
  said.label = chat::join(said.label, answer->label);
  return std::optional(std::move(said));
}

Result<PartAnswer> RunLoop::use_tool(const Tool& tool, const Text& text,
                                     const std::vector<Mention>& mentions, const PlannedPart& part,
                                     bool is_only_part) {
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
    OUTPOST_CHECK(check_allowed(tool, filled.arguments()));
    return ask(tool, filled.arguments(), request_, {{}, confirmation(tool, filled), {}});
  }
  return call_tool(tool, filled.arguments(), request_, label_of(filled, label_));
}

// Fills, looks for what does not hold, tries that one slot once more, and else asks for it.
Result<FilledSlots> RunLoop::fill_slots(const Tool& tool, const Text& text,
                                        const std::vector<Mention>& mentions,
                                        const PlannedPart& part) {
  SlotFiller filler(model_, agent_.spec_.instructions, options_.principal, options_.cancel);
  std::vector<Slot> refused;
  while (true) {
    const SlotSources sources{text,     mentions, part.begin,      part.end,
                              session_, refused,  recalled_values_};
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
    list += (list.empty() ? "- " : "\n- ") + readable_name(tool.name) + ": " + tool.description;
  }
  return list;
}

PartAnswer RunLoop::no_tool() const {
  return {AnswerKind::kNoTool, "I have no tool for that. What I can do:\n" + abilities(),
          chat::operator_label()};
}

} // namespace outpost::agents
