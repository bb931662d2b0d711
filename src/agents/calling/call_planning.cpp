#include "agents/calling/call_planning.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <optional>
#include <set>
#include <span>

#include "agents/calling/argument_check.h"
#include "agents/calling/call_drafter.h"
#include "agents/calling/named_choices.h"
#include "agents/calling/number_brackets.h"
#include "agents/calling/request_outline.h"
#include "agents/calling/request_signs.h"
#include "agents/calling/slot_cues.h"
#include "agents/calling/stated_values.h"
#include "agents/calling/tool_chooser.h"
#include "agents/calling/tool_ranking.h"
#include "agents/calling/value_forms.h"
#include "agents/calling/value_lists.h"
#include "agents/calling/wish_clauses.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

// How far a name's log-odds over the end are let sway a count: of 563 decisions on Berkeley
// questions 433 were certain by this bound, and names would have changed 2 of them.
constexpr double kNameOddsMax = 6;
constexpr double kMarginMax = 5;
// Beyond these the channel tells how long and how common a request is, not whose it is.
constexpr double kChannelMin = -15;
constexpr double kChannelMax = 25;
constexpr double kWordWeightMax = 20;
constexpr double kInventedBelow = 0.5; // share of a value that the request has
constexpr double kCountMarginMax = 3;
constexpr double kOpenShare = 0.6; // of a wish's words, from which on it is still open

// Everything values may be taken from.
std::string sources(std::span<const chat::Message> messages) {
  std::string text;
  for (const chat::Message& message : messages) text += message.text + "\n";
  return text;
}

// What a call says beyond its tool's defaults: only that is evidence.
json::object without_defaults(const CallableTool& tool, json::object arguments) {
  for (const SlotSchema& slot : tool.slots) {
    const json::value* value = arguments.if_contains(slot.name);
    if (value != nullptr && !slot.required && slot.fallback == *value) arguments.erase(slot.name);
  }
  return arguments;
}

bool takes_numbers(const CallableTool& tool) {
  return std::ranges::any_of(
      tool.slots, [](const SlotSchema& slot) { return slot.required && is_numeric(slot.type); });
}

// One request on its way to calls.
class Planning {
public:
  // All outlive this. `about`: the part of the request that calls are about; empty: all of it.
  Planning(chat::ChatModel& model, const CallingProfile& profile, const PlanRequest& request,
           const std::vector<CallableTool>& tools, const CancelToken& cancel,
           std::string_view about)
      : model_(model), profile_(profile), request_(request), cancel_(cancel),
        text_(last_request(request.prompt.messages)), values_(sources(request.prompt.messages)),
        outline_(text_), tools_(tools), coverage_(text_), about_(about) {}

  Result<CallPlan> run() {
    ToolChooser chooser(tools_, profile_, text_);
    CallDrafter drafter(model_, profile_, request_.principal, chooser.listed(),
                        request_.prompt.messages);
    OUTPOST_CHECK(add_calls(chooser, drafter));
    plan_.choices = std::move(chooser.steps());
    plan_.usage = drafter.usage();
    judge();
    return std::move(plan_);
  }

private:
  Status add_calls(ToolChooser& chooser, CallDrafter& drafter) {
    OUTPOST_TRY(ToolChoice choice, chooser.first(drafter, text_, progress(text_), cancel_));
    CallEvidence& evidence = plan_.evidence;
    evidence[CallSign::kBias] = 1;
    evidence[CallSign::kName] = choice.log_odds;
    evidence[CallSign::kWords] = choice.words;
    evidence[CallSign::kChannel] = std::clamp(choice.channel, kChannelMin, kChannelMax);
    evidence[CallSign::kMargin] = std::min(choice.margin, kMarginMax);
    evidence[CallSign::kCountMargin] = kCountMarginMax;
    evidence.state = choice.state;
    while (plan_.calls.size() < kCallsMax) {
      OUTPOST_TRY(const bool added, add_call(drafter, choice));
      if (!added || request_.single_call || !profile_.counts_calls) break;
      OUTPOST_TRY(const bool more, choose_next(chooser, drafter, choice));
      if (!more) break;
    }
    return {};
  }

  // Is there one more call, and of which tool?
  Result<bool> choose_next(ToolChooser& chooser, CallDrafter& drafter, ToolChoice& choice) {
    const std::string rest = outline_.rest(text_);
    choice = chooser.by_words(progress(rest));
    MoreSigns signs = more_signs(choice);
    const double without_names = weighed(signs);
    const double sway = std::abs(profile_.more[1]) * kNameOddsMax;
    const bool is_certain =
        without_names < -sway || (without_names > sway && chooser.listed().size() == 1);
    if (!profile_.skips_certain || !is_certain) {
      OUTPOST_TRY(choice, chooser.next(drafter, progress(rest), cancel_));
      signs = more_signs(choice);
      plan_.steps.push_back({plan_.calls.size(), signs});
    }
    // One clause has no wish for another tool.
    const bool is_known = std::ranges::find(called_, choice.tool) != called_.end();
    if (!is_known && split_wishes(text_).size() == 1) return false;
    const double odds = weighed(signs);
    double& margin = plan_.evidence[CallSign::kCountMargin];
    margin = std::min(margin, std::abs(odds));
    return odds > 0;
  }

  [[nodiscard]] ToolChooser::Progress progress(std::string_view left) const {
    return {left, coverage_, called_};
  }

  Result<bool> add_call(CallDrafter& drafter, const ToolChoice& choice) {
    const CallableTool& tool = *choice.tool;
    if (profile_.focuses) drafter.focus(about_.empty() ? clause_for(choice) : about_);
    ValueSource source = source_for(tool);
    OUTPOST_TRY(Draft draft, drafted(drafter, tool, source));
    if (is_repeat(tool, draft.arguments) && has_numbers_for(draft.arguments)) {
      source.before.clear(); // what the call before had
      OUTPOST_TRY(draft, drafted(drafter, tool, source));
    }
    if (says_nothing_new(tool, draft.arguments)) return false;
    if (plan_.calls.empty()) weigh_first(tool, draft);
    std::vector<json::object> others;
    if (profile_.counts_calls && profile_.spreads_lists && !request_.single_call) {
      keep_to_bracket(tool, outline_, draft.arguments);
      others = spread(tool, draft.arguments);
    }
    accept(drafter, tool, std::move(draft.arguments));
    for (json::object& arguments : others) {
      if (profile_.normalises) put_in_form(tool, arguments);
      const bool fits = plan_.calls.size() < kCallsMax && !is_repeat(tool, arguments);
      if (fits) accept(drafter, tool, std::move(arguments));
    }
    return true;
  }

  // Arguments as the model drafts them and the rules mend them.
  Result<Draft> drafted(CallDrafter& drafter, const CallableTool& tool, const ValueSource& source) {
    OUTPOST_TRY(Draft draft, drafter.draft(askable(tool), source, cancel_));
    apply_rules(tool, draft.arguments);
    for (const SlotSchema& slot : tool.slots) mend_members(tool, slot, draft.arguments);
    if (profile_.repairs_values) OUTPOST_CHECK(repair(drafter, tool, draft.arguments));
    if (profile_.gates_optional) leave_out_unfounded(tool, values_, draft.arguments);
    return draft;
  }

  // Values that the request names outright go to their slots, all into the form that is asked for.
  void apply_rules(const CallableTool& tool, json::object& arguments) const {
    if (profile_.uses_cues) apply_cues(tool, text_, outline_, !profile_.copies_text, arguments);
    if (profile_.normalises) put_in_form(tool, arguments);
  }

  void put_in_form(const CallableTool& tool, json::object& arguments) const {
    for (const SlotSchema& slot : tool.slots) {
      json::value* value = arguments.if_contains(slot.name);
      if (value != nullptr) *value = in_form(slot, *value, values_);
    }
    apply_stated(tool, values_, arguments);
  }

  // The members of an object are mended as arguments are.
  void mend_members(const CallableTool& tool, const SlotSchema& slot,
                    json::object& arguments) const {
    json::value* value = arguments.if_contains(slot.name);
    json::object* members = value == nullptr ? nullptr : value->if_object();
    if (members == nullptr || slot.members.empty()) return;
    const CallableTool inner{tool.name, tool.description + " " + slot.description, slot.members};
    apply_rules(inner, *members);
    if (profile_.gates_optional) leave_out_unfounded(inner, values_, *members);
  }

  // Are there as many numbers left over as the arguments have?
  [[nodiscard]] bool has_numbers_for(const json::object& arguments) const {
    const auto numbers = std::ranges::count_if(
        arguments, [](const auto& argument) { return argument.value().is_number(); });
    return numbers > 0 && outline_.unused_numbers().size() >= static_cast<std::size_t>(numbers);
  }

  // The calls that the request asks for beside this one: for the other values of a list, then,
  // where these leave no value over, for the other choices that it names.
  [[nodiscard]] std::vector<json::object> spread(const CallableTool& tool,
                                                 const json::object& arguments) const {
    std::vector<json::object> others = spread_lists(tool, text_, outline_, arguments, kCallsMax);
    const std::vector<json::object> chosen = spread_choices(tool, text_, arguments, kCallsMax);
    RequestOutline outline = outline_;
    outline.use(arguments);
    for (const json::object& other : others) outline.use(other);
    for (const json::object& other : chosen) outline.use(other);
    if (outline.unused() > 0) return others;
    for (std::size_t i = 0, count = others.size(); i < count; ++i) {
      std::ranges::move(spread_choices(tool, text_, others[i], kCallsMax),
                        std::back_inserter(others));
    }
    std::ranges::copy(chosen, std::back_inserter(others));
    return others;
  }

  // A later call has to take something of the request that none has taken yet.
  [[nodiscard]] bool says_nothing_new(const CallableTool& tool,
                                      const json::object& arguments) const {
    if (is_repeat(tool, arguments) || adds_nothing(tool, arguments)) return true;
    return !plan_.calls.empty() && arguments.empty();
  }

  // The part of the request that the call is about: where clauses resemble different tools the
  // tool's own, else, for a tool that comes in later, the first that no call has dealt with. A tool
  // that goes on needs what its calls before were told of.
  [[nodiscard]] std::string_view clause_for(const ToolChoice& choice) const {
    const bool comes_in =
        !plan_.calls.empty() && std::ranges::find(called_, choice.tool) == called_.end();
    return choice.clause.empty() && comes_in ? outline_.next_part(text_)
                                             : std::string_view(choice.clause);
  }

  // The tool without what would be left out whatever the model says.
  [[nodiscard]] CallableTool askable(const CallableTool& tool) const {
    CallableTool asked = tool;
    if (!profile_.gates_optional) return asked;
    std::erase_if(asked.slots,
                  [&](const SlotSchema& slot) { return !may_be_founded(tool, slot, values_); });
    return asked;
  }

  void accept(CallDrafter& drafter, const CallableTool& tool, json::object arguments) {
    drafter.write(tool, arguments);
    used_ += outline_.use(arguments);
    coverage_.explain(tool, arguments);
    called_.push_back(&tool);
    plan_.calls.push_back({tool.name, std::move(arguments)});
  }

  // One slot that says again what another says takes what is left over instead, if it can.
  Status repair(CallDrafter& drafter, const CallableTool& tool, json::object& arguments) {
    const SlotSchema* slot = find_repetition(tool, arguments);
    if (slot == nullptr) return {};
    RequestOutline outline = outline_;
    json::object others = arguments;
    others.erase(slot->name);
    outline.use(others);
    std::vector<json::value> values;
    if (slot->type == SlotType::kString) {
      for (const std::string& text : outline.unused_texts()) values.emplace_back(text);
    } else if (is_numeric(slot->type)) {
      for (const double number : outline.unused_numbers()) {
        if (const auto integer = exact_integer(number)) {
          values.emplace_back(*integer);
        } else if (slot->type == SlotType::kNumber) {
          values.emplace_back(number);
        }
      }
    }
    if (values.empty()) return {};
    OUTPOST_TRY(json::value best, drafter.choose(tool, arguments, *slot, values, cancel_));
    arguments[slot->name] = in_form(*slot, best, values_);
    return {};
  }

  [[nodiscard]] ValueSource source_for(const CallableTool& tool) const {
    ValueSource source{.text = text_,
                       .numbers = values_.numbers(),
                       .lists = outline_.unused_lists(),
                       .places = places_of(text_, outline_),
                       .copies_text = profile_.copies_text,
                       .copies_numbers = profile_.copies_numbers,
                       .keeps_forms = profile_.keeps_forms,
                       .before = {}};
    for (const OutlinedValue& value : outline_.values()) { // a date's parts are no amounts
      if (!value.is_date) continue;
      std::erase_if(source.numbers, [&value](const RequestNumber& number) {
        return number.begin >= value.begin && number.end <= value.end && number.value <= 31;
      });
    }
    if (!plan_.calls.empty()) leave_over(tool, source);
    return source;
  }

  // For a later call: the rest of the request, the next numbers that no call has used, and what the
  // last call of the tool had.
  void leave_over(const CallableTool& tool, ValueSource& source) const {
    const std::string rest = outline_.rest(text_);
    if (content_stems(rest).size() > 1) source.text = rest;
    for (const PlannedCall& call : plan_.calls) {
      if (call.tool == tool.name) source.before = call.arguments;
    }
    const auto wanted = static_cast<std::size_t>(
        std::ranges::count_if(tool.slots, [&source](const SlotSchema& slot) {
          return is_numeric(slot.type) && (slot.required || source.before.contains(slot.name));
        }));
    const bool takes_lists = std::ranges::any_of(tool.slots, [](const SlotSchema& slot) {
      return slot.type == SlotType::kArray || slot.type == SlotType::kObject;
    });
    std::vector<double> left = outline_.unused_numbers();
    if (left.empty() || wanted == 0) return;
    // Of another tool than before: what is left over does not fill it, so it shares values.
    const auto compulsory = static_cast<std::size_t>(std::ranges::count_if(
        tool.slots, [](const SlotSchema& slot) { return slot.required && is_numeric(slot.type); }));
    if (source.before.empty() && left.size() < compulsory) return;
    if (!takes_lists) left.resize(std::min(left.size(), wanted));
    std::erase_if(source.numbers, [&left](const RequestNumber& number) {
      return std::ranges::find(left, number.value) == left.end();
    });
  }

  void weigh_first(const CallableTool& tool, const Draft& draft) {
    const json::object said = without_defaults(tool, draft.arguments);
    const RequiredSupport support = required_support(tool, values_, said);
    plan_.evidence[CallSign::kRequired] = support.share;
    plan_.evidence[CallSign::kMissing] = std::min(3.0, support.missing);
    plan_.evidence[CallSign::kValues] = draft.mean_log_probability;
    plan_.evidence[CallSign::kSurprise] = draft.least_log_probability;
    plan_.evidence[CallSign::kStrange] = strange_share(tool, said);
    const NoteCover cover = note_cover(text_, tool, said);
    plan_.evidence[CallSign::kNoteShare] = cover.share;
    plan_.evidence[CallSign::kNoteWeight] = std::min(cover.weight, kWordWeightMax);
    plan_.evidence[CallSign::kDoubts] = std::min(draft.doubts, 8.0);
    plan_.evidence[CallSign::kAdvice] = asks_for_advice(text_) ? 1 : 0;
  }

  // The share of the request's words that neither the tool's note nor the arguments have.
  [[nodiscard]] double strange_share(const CallableTool& tool,
                                     const json::object& arguments) const {
    std::set<std::string> known;
    const auto learn = [&known](std::string_view text) {
      for (std::string& stem : content_stems(text)) known.insert(std::move(stem));
    };
    learn(tool.name + " " + tool.description);
    for (const SlotSchema& slot : tool.slots) learn(slot.name + " " + slot.description);
    learn(chat::json_text(arguments));
    double strange = 0;
    const std::vector<std::string> stems = content_stems(text_);
    for (const std::string& stem : stems) strange += known.contains(stem) ? 0 : 1;
    return stems.empty() ? 0 : strange / static_cast<double>(stems.size());
  }

  // What is left of the request, and the model's word for it.
  [[nodiscard]] MoreSigns more_signs(const ToolChoice& choice) const {
    const double each =
        std::max(1.0, static_cast<double>(used_) / static_cast<double>(plan_.calls.size()));
    const double left = static_cast<double>(outline_.unused()) / each;
    return {1,
            choice.log_odds,
            std::min(left, 2.0),
            outline_.joins_wishes() ? 1.0 : 0.0,
            choice.uncalled_words,
            coverage_.share_left(),
            static_cast<double>(
                std::min<std::size_t>(outline_.unused_like(plan_.calls.back().arguments), 2)),
            has_open_wish() ? 1.0 : 0.0};
  }

  // Is there a sentence or a part of one that asks, with a value that no call has and none that one
  // has, or mostly words that none explains?
  [[nodiscard]] bool has_open_wish() const {
    const std::string_view text = text_;
    std::vector<Clause> parts = split_wishes(text);
    std::ranges::copy(split_sentences(text), std::back_inserter(parts));
    return std::ranges::any_of(parts, [&](const Clause& part) {
      const std::string_view said = text.substr(part.begin, part.end - part.begin);
      if (!asks_for_something(said)) return false;
      const bool is_untouched = outline_.has(part, false) && !outline_.has(part, true);
      return is_untouched || coverage_.share_left(said) >= kOpenShare;
    });
  }

  [[nodiscard]] double weighed(const MoreSigns& signs) const {
    return std::inner_product(signs.begin(), signs.end(), profile_.more.begin(), 0.0);
  }

  [[nodiscard]] bool is_repeat(const CallableTool& tool, const json::object& arguments) const {
    return std::ranges::any_of(plan_.calls, [&](const PlannedCall& call) {
      return call.tool == tool.name && call.arguments == arguments;
    });
  }

  // One more call of the same tool has to take something of the request that none has taken yet.
  [[nodiscard]] bool adds_nothing(const CallableTool& tool, const json::object& arguments) const {
    if (std::ranges::find(called_, &tool) == called_.end()) return false;
    RequestOutline outline = outline_;
    if (outline.use(arguments) > 0) return false;
    if (takes_numbers(tool)) return true; // words alone make no other call of it
    RequestCoverage coverage = coverage_;
    coverage.explain(tool, arguments);
    return coverage.share_left() >= coverage_.share_left();
  }

  // Each argument may be wrong, and texts that the model wrote itself more than others.
  void count_arguments() {
    double count = 0;
    double invented = 0;
    double numbers = 0;
    CallGaps gaps;
    std::vector<std::string> told;
    for (std::size_t i = 0; i < plan_.calls.size(); ++i) {
      const json::object said = without_defaults(*called_[i], plan_.calls[i].arguments);
      const CallGaps own = gaps_of(text_, *called_[i], said);
      gaps.repeated += own.repeated;
      gaps.left_out += own.left_out;
      gaps.named += own.named;
      told.push_back(note_of(*called_[i]));
      told.push_back(chat::json_text(said));
      for (const auto& argument : said) {
        count += 1;
        const json::value& value = argument.value();
        numbers += value.is_number() ? 1 : 0;
        invented += !value.is_bool() && values_.support(value) < kInventedBelow ? 1 : 0;
      }
    }
    plan_.evidence[CallSign::kArguments] = std::min(count, 10.0);
    plan_.evidence[CallSign::kInvented] = std::min(invented, 4.0);
    plan_.evidence[CallSign::kNumbers] = std::min(numbers, 8.0);
    plan_.evidence[CallSign::kNumbersLeft] =
        std::min(static_cast<double>(outline_.unused_numbers().size()), 4.0);
    const Untold untold = untold_of(text_, told);
    plan_.evidence[CallSign::kUntold] = untold.share;
    plan_.evidence[CallSign::kUntoldWeight] = std::min(untold.weight, kWordWeightMax);
    plan_.evidence[CallSign::kFact] = asks_for_fact(text_) ? untold.share : 0;
    plan_.evidence[CallSign::kRepeated] = std::min(gaps.repeated, 3.0);
    plan_.evidence[CallSign::kLeftOut] = std::min(gaps.left_out, 8.0);
    plan_.evidence[CallSign::kNamedLeft] = std::min(gaps.named, 3.0);
  }

  void judge() {
    plan_.evidence[CallSign::kUnexplained] = std::min(3.0, static_cast<double>(outline_.unused()));
    plan_.evidence[CallSign::kCalls] = plan_.calls.size() > 1 ? 1 : 0;
    count_arguments();
    plan_.call_probability = logistic(plan_.evidence, profile_.due, CallProbe::kDue);
    plan_.correct_probability = logistic(plan_.evidence, profile_.correct, CallProbe::kCorrect);
    if (profile_.refuses && !request_.must_call && plan_.call_probability < 0.5) {
      plan_.calls.clear();
    }
  }

  chat::ChatModel& model_;
  const CallingProfile& profile_;
  const PlanRequest& request_;
  const CancelToken& cancel_;
  std::string text_;
  RequestValues values_;
  RequestOutline outline_;
  const std::vector<CallableTool>& tools_;
  RequestCoverage coverage_;
  std::string_view about_; // of the request, what the calls are about
  std::vector<const CallableTool*> called_;
  std::size_t used_ = 0; // values that the calls have
  CallPlan plan_;
};

} // namespace

std::string last_request(std::span<const chat::Message> messages) {
  for (std::size_t i = messages.size(); i-- > 0;) {
    if (messages[i].role == chat::Role::kUser) return messages[i].text;
  }
  return {};
}

Result<CallPlan> plan_calls(chat::ChatModel& model, const CallingProfile& profile,
                            const PlanRequest& request, const std::vector<CallableTool>& tools,
                            std::string_view about, const CancelToken& cancel) {
  return Planning(model, profile, request, tools, cancel, about).run();
}

} // namespace outpost::agents
