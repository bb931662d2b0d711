#include "agents/call/slot_filler.h"

#include <algorithm>
#include <cmath>

#include "agents/call/free_text.h"
#include "agents/tools/answer_template.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

// A choice that the request does not name is taken from this share of the choices' odds on.
constexpr double kPreferredChoice = 0.7;

bool is_inside(const Mention& mention, const SlotSources& sources) {
  return mention.begin >= sources.begin && mention.end <= sources.end;
}

// A number is an argument when it counts something, or when nothing else can be meant.
bool may_fill(const Parameter& parameter, const Mention& mention) {
  if (mention.kind != parameter.kind.name) return false;
  if (mention.value.is_number()) return mention.attached || parameter.required;
  return parameter.required ? mention.alternatives.empty() || mention.strength >= kClearMention
                            : mention.strength >= kClearMention;
}

std::string which_of(const std::vector<std::string>& values) {
  std::string list;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) list += i + 1 == values.size() ? " or " : ", ";
    list += values[i];
  }
  return "Which one do you mean: " + list + "?";
}

std::vector<std::string> readings_of(const Mention& mention) {
  std::vector<std::string> values{plain_text(mention.value)};
  values.insert(values.end(), mention.alternatives.begin(), mention.alternatives.end());
  return values;
}

// The different values among the mentions, in order.
std::vector<std::string> distinct_values(const std::vector<const Mention*>& mentions) {
  std::vector<std::string> values;
  for (const Mention* mention : mentions) {
    const std::string text = plain_text(mention->value);
    if (std::find(values.begin(), values.end(), text) == values.end()) values.push_back(text);
  }
  return values;
}

bool is_refused(const Parameter& parameter, const json::value& value, const SlotSources& sources) {
  return std::any_of(sources.refused.begin(), sources.refused.end(), [&](const Slot& slot) {
    return slot.parameter == parameter.name && slot.value == value;
  });
}

Slot slot_of(const Parameter& parameter, json::value value, std::string origin, chat::Label label) {
  return {parameter.name, parameter.kind.name, std::move(value), std::move(origin),
          std::move(label)};
}

std::optional<Slot> from_earlier_turns(const Parameter& parameter, const SlotSources& sources) {
  const std::vector<Turn>& turns = sources.session.turns;
  for (std::size_t i = turns.size(); i-- > 0;) {
    for (const UsedValue& used : turns[i].values) {
      if (used.kind == parameter.kind.name && !is_refused(parameter, used.value, sources)) {
        chat::Label label = chat::user_label();
        label.confidentiality = std::max(label.confidentiality, turns[i].label.confidentiality);
        return slot_of(parameter, used.value, "turn " + std::to_string(i + 1), std::move(label));
      }
    }
  }
  return std::nullopt;
}

std::optional<Slot> from_memory(const Parameter& parameter, const SlotSources& sources) {
  for (const RecalledValue& known : sources.recalled) {
    if (known.kind == parameter.kind.name && !is_refused(parameter, known.value, sources)) {
      return slot_of(parameter, known.value, known.source, known.label);
    }
  }
  return std::nullopt;
}

} // namespace

std::string question_for(const Parameter& parameter) {
  if (!parameter.kind.ask.empty()) return parameter.kind.ask;
  const std::string what =
      parameter.kind.description.empty() ? parameter.name : parameter.kind.description;
  return "Which " + what + "?";
}

std::optional<std::string> pick_option(const std::vector<std::string>& options, const Text& text) {
  std::optional<std::string> picked;
  for (const Word& word : text.words) {
    std::vector<const std::string*> having;
    for (const std::string& option : options) {
      const auto words = split_words(option);
      const bool has = std::any_of(words.begin(), words.end(),
                                   [&word](const Word& other) { return other.stem == word.stem; });
      if (has) having.push_back(&option);
    }
    if (having.size() != 1) continue;
    if (picked && *picked != *having.front()) return std::nullopt;
    picked = *having.front();
  }
  return picked;
}

json::object FilledSlots::arguments() const {
  json::object out;
  for (const Slot& slot : slots) out[slot.parameter] = slot.value;
  return out;
}

Result<FilledSlots> SlotFiller::fill(const Tool& tool, const SlotSources& sources) {
  FilledSlots filled;
  std::vector<const Mention*> used;
  for (const Parameter& parameter : tool.parameters) {
    OUTPOST_TRY(Found found, find(tool, parameter, sources, used));
    if (!found.slot && parameter.required && found.options.empty()) {
      found.slot = from_earlier_turns(parameter, sources);
      // Nothing is changed by what somebody said long ago.
      if (!found.slot && tool.effect == Effect::kRead) found.slot = from_memory(parameter, sources);
    }
    if (found.slot) {
      filled.slots.push_back(std::move(*found.slot));
    } else if (!filled.missing && (parameter.required || !found.options.empty())) {
      const std::string question =
          found.options.empty() ? question_for(parameter) : which_of(found.options);
      filled.missing = MissingSlot{parameter.name, question, std::move(found.options)};
    }
  }
  return filled;
}

Result<SlotFiller::Found> SlotFiller::find(const Tool& tool, const Parameter& parameter,
                                           const SlotSources& sources,
                                           std::vector<const Mention*>& used) {
  if (parameter.kind.free_text) return put_into_words(parameter, sources);
  std::vector<const Mention*> near;
  std::vector<const Mention*> far;
  for (const Mention& mention : sources.mentions) {
    const bool is_used = std::find(used.begin(), used.end(), &mention) != used.end();
    if (is_used || !may_fill(parameter, mention)) continue;
    if (is_refused(parameter, mention.value, sources)) continue;
    (is_inside(mention, sources) ? near : far).push_back(&mention);
  }
  // A value elsewhere in the request serves when this part has none; but a number counts what it is
  // with.
  const bool is_count = parameter.kind.type != ValueType::kString && !parameter.required;
  const auto& options = !near.empty() || is_count ? near : far;
  if (options.empty()) {
    const bool is_fixed =
        !parameter.kind.choices.empty() || parameter.kind.type == ValueType::kBoolean;
    return is_fixed && parameter.required ? choose_fixed(tool, parameter, sources) : Found{};
  }
  const auto values = distinct_values(options);
  if (tool.effect != Effect::kRead && parameter.required && values.size() > 1) {
    return Found{std::nullopt, values}; // nothing is changed on a guess
  }
  OUTPOST_TRY(const Mention* chosen, choose(parameter, sources, options));
  used.push_back(chosen);
  if (!chosen->alternatives.empty()) return Found{std::nullopt, readings_of(*chosen)};
  return Found{slot_of(parameter, chosen->value, "request", chat::user_label()), {}};
}

// Values of the same kind in one part of a request: the clearest, and among equals the one that the
// model finds likeliest as an answer.
Result<const Mention*> SlotFiller::choose(const Parameter& parameter, const SlotSources& sources,
                                          const std::vector<const Mention*>& options) {
  double most = 0;
  for (const Mention* option : options) most = std::max(most, option->strength);
  std::vector<const Mention*> best;
  for (const Mention* option : options) {
    if (option->strength >= most - 0.1) best.push_back(option);
  }
  if (best.size() == 1) return best.front();
  chat::ScoreRequest request;
  request.principal = principal_;
  for (const Mention* option : best) {
    chat::ScoreItem item;
    item.prompt.text =
        "Request: " + sources.request.raw + "\nThe " + parameter.kind.description + ":";
    item.continuation = " " + plain_text(option->value);
    request.items.push_back(std::move(item));
  }
  OUTPOST_TRY(const auto scores, model_.score(request, cancel_));
  std::size_t likeliest = 0;
  for (std::size_t i = 1; i < std::min(scores.size(), best.size()); ++i) {
    if (scores[i].log_probability > scores[likeliest].log_probability) likeliest = i;
  }
  return best[likeliest];
}

// A compulsory choice that the request does not name: the model scores the choices in their
// context. Where something is changed, and where the model does not prefer one, the user is asked.
Result<SlotFiller::Found> SlotFiller::choose_fixed(const Tool& tool, const Parameter& parameter,
                                                   const SlotSources& sources) {
  if (tool.effect != Effect::kRead) return Found{};
  const bool is_flag = parameter.kind.type == ValueType::kBoolean;
  const std::vector<std::string> choices =
      is_flag ? std::vector<std::string>{"no", "yes"} : parameter.kind.choices;
  chat::ScoreRequest request;
  request.principal = principal_;
  for (const std::string_view text :
       {std::string_view(sources.request.raw), std::string_view("N/A")}) {
    for (const std::string& choice : choices) {
      chat::ScoreItem item;
      item.prompt.text = "Request: " + std::string(text) + "\n" + parameter.kind.description + ":";
      item.continuation = " " + choice;
      request.items.push_back(std::move(item));
    }
  }
  OUTPOST_TRY(const auto scores, model_.score(request, cancel_));
  if (scores.size() != 2 * choices.size()) return Found{};
  std::vector<double> gains; // less what the model says without a request (contextual calibration)
  for (std::size_t i = 0; i < choices.size(); ++i) {
    gains.push_back(scores[i].log_probability - scores[choices.size() + i].log_probability);
  }
  const auto most = std::max_element(gains.begin(), gains.end());
  double all = 0; // as multiples of the likeliest
  for (const double gain : gains) all += std::exp(gain - *most);
  if (1.0 / all < kPreferredChoice) return Found{};
  const auto likeliest = static_cast<std::size_t>(most - gains.begin());
  json::value value = is_flag ? json::value(likeliest == 1) : json::value(choices[likeliest]);
  return Found{slot_of(parameter, std::move(value), "model", chat::model_label()), {}};
}

Result<SlotFiller::Found> SlotFiller::put_into_words(const Parameter& parameter,
                                                     const SlotSources& sources) {
  const std::string part = sources.request.raw.substr(sources.begin, sources.end - sources.begin);
  OUTPOST_TRY(FreeText written,
              write_free_text({model_, principal_, instructions_}, parameter, part, cancel_));
  if (written.text.empty()) return Found{};
  const bool by_model = written.by_model;
  return Found{
      slot_of(parameter, json::string(written.text), by_model ? "model" : "request",
              by_model ? chat::join(chat::user_label(), chat::model_label()) : chat::user_label()),
      {}};
}

} // namespace outpost::agents
