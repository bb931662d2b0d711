#include "agents/calling/call_drafter.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "agents/calling/worked_examples.h"
#include "chat/json_value.h"
#include "chat/scoring.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kMessagesMax = 8; // of the conversation's end
constexpr std::uint32_t kDraftTokensMax = 192;
constexpr std::size_t kDescriptionMax = 160; // bytes of a description
constexpr std::size_t kRequestMax = 400;     // bytes of a request that are scored after it
constexpr double kEven = -0.693;             // log-probability of one half
constexpr std::size_t kNotedSlots = 16;      // of a tool, before the request

// A message as text that every template can render.
chat::Message flat(const chat::Message& message, CallSyntax syntax) {
  if (message.role == chat::Role::kTool) {
    return chat::user_message(fmt::format("Result of {}: {}", message.tool_name, message.text));
  }
  if (message.tool_calls.empty()) return message;
  std::string text = message.text;
  for (const chat::ToolCall& call : message.tool_calls) {
    if (!text.empty()) text += "\n";
    text += syntax == CallSyntax::kPython
                ? fmt::format("{}({})", call.name, call.arguments)
                : fmt::format("{{\"name\": \"{}\", \"arguments\": {}}}", call.name, call.arguments);
  }
  return chat::assistant_message(std::move(text));
}

// The beginning of a text, cut where a word ends: half a word makes whatever follows unlikely.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  const std::size_t space = text.substr(0, most).find_last_of(" \n");
  if (space != std::string_view::npos && space > most / 2) return text.substr(0, space);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

// A description's first sentence.
std::string_view first_sentence(std::string_view text) {
  const std::size_t end = text.find(". ");
  return beginning(end == std::string_view::npos ? text : text.substr(0, end + 1), kDescriptionMax);
}

// A tool as a function of its name, its slots' names and its description's first sentence, in front
// of what a user says to it.
std::string function_note(std::string_view name, std::string_view slots,
                          std::string_view description) {
  return fmt::format("def {}({}):\n    \"\"\"{}\"\"\"\n\n# User: ", name, slots, description);
}

std::string slot_names(const CallableTool& tool) {
  std::string names;
  for (const SlotSchema& slot :
       std::span(tool.slots).first(std::min(kNotedSlots, tool.slots.size()))) {
    names += (names.empty() ? "" : ", ") + slot.name;
  }
  return names;
}

// The request after the tool's note and after one that says nothing; none where the tool or the
// request says nothing.
std::vector<chat::ScoreItem> channel_items(const CallableTool& tool, std::string_view request) {
  const std::string_view description = first_sentence(tool.description);
  if (description.empty() || request.empty()) return {};
  std::vector<chat::ScoreItem> items;
  for (const std::string& note : {function_note(tool.name, slot_names(tool), description),
                                  function_note("f", "x", "Does it.")}) {
    chat::ScoreItem item;
    item.prompt.text = note;
    item.continuation = beginning(request, kRequestMax);
    items.push_back(std::move(item));
  }
  return items;
}

void measure(Draft& draft, const chat::Answer& answer) {
  double sum = 0;
  std::size_t count = 0;
  for (const chat::TokenLogProbability& token : answer.log_probabilities) {
    if (!token.log_probability) continue;
    sum += *token.log_probability;
    draft.doubts += *token.log_probability < kEven ? 1 : 0;
    draft.least_log_probability =
        std::min(draft.least_log_probability, static_cast<double>(*token.log_probability));
    ++count;
  }
  if (count > 0) draft.mean_log_probability = sum / static_cast<double>(count);
}

} // namespace

void add_usage(chat::Usage& sum, const chat::Usage& usage) {
  sum.prompt_tokens += usage.prompt_tokens;
  sum.cached_tokens += usage.cached_tokens;
  sum.completion_tokens += usage.completion_tokens;
  sum.forced_tokens += usage.forced_tokens;
}

CallDrafter::CallDrafter(chat::ChatModel& model, const CallingProfile& profile,
                         const chat::PrincipalId& principal,
                         const std::vector<const CallableTool*>& tools,
                         std::span<const chat::Message> messages)
    : model_(model), syntax_(profile.syntax), principal_(principal) {
  const std::size_t width = model.info().embedding_size;
  for (const StateProbe& probe : profile.probes) {
    if (profile.reads_state && probe.codes.size() == width) readouts_.push_back(probe.weights());
  }
  declared_.messages.push_back(chat::system_message(calling_instructions()));
  if (profile.shows_examples) {
    const std::vector<chat::Message>& turns = example_turns(syntax_);
    const std::size_t shown = std::min(turns.size(), 2 * profile.examples);
    declared_.messages.insert(declared_.messages.end(), turns.begin(),
                              turns.begin() + static_cast<std::ptrdiff_t>(shown));
  }
  prompt_ = declared_;
  std::string said_by_client;
  for (const chat::Message& message : messages) {
    if (message.role == chat::Role::kSystem) said_by_client += message.text + "\n\n";
  }
  const std::size_t first = messages.size() > kMessagesMax ? messages.size() - kMessagesMax : 0;
  bool has_tools = false;
  for (const chat::Message& message : messages.subspan(first)) {
    if (message.role == chat::Role::kSystem) continue;
    chat::Message turn = flat(message, syntax_);
    if (!has_tools && turn.role == chat::Role::kUser) {
      turn.text = request_text(syntax_, tools, said_by_client + turn.text);
      has_tools = true;
    }
    prompt_.messages.push_back(std::move(turn));
  }
}

Result<std::vector<double>> CallDrafter::score_items(std::vector<chat::ScoreItem> items,
                                                     const CancelToken& cancel) {
  if (items.empty()) return std::vector<double>();
  chat::ScoreRequest request;
  request.principal = principal_;
  request.items = std::move(items);
  return chat::score_each(model_, request, cancel);
}

std::vector<chat::ScoreItem> CallDrafter::openings(std::span<const std::string> texts) const {
  std::vector<chat::ScoreItem> items;
  for (const std::string& text : texts) items.push_back({prompt_, text});
  return items;
}

Result<std::vector<double>> CallDrafter::score(std::span<const std::string> texts,
                                               const CancelToken& cancel) {
  return score_items(openings(texts), cancel);
}

Result<FirstLook> CallDrafter::look(std::span<const std::string> texts,
                                    const CallableTool* described, std::string_view request,
                                    const CancelToken& cancel) {
  chat::ScoreRequest asked;
  asked.principal = principal_;
  asked.items = openings(texts);
  asked.readouts = readouts_;
  if (!asked.items.empty()) asked.items.front().reads_state = true;
  if (described != nullptr) {
    std::ranges::move(channel_items(*described, request), std::back_inserter(asked.items));
  }
  OUTPOST_TRY(std::vector<chat::Score> scores, chat::score_all(model_, asked, cancel));
  FirstLook look;
  if (scores.size() > texts.size()) {
    look.channel = scores[texts.size()].log_probability - scores.back().log_probability;
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    look.openings.push_back(scores[i].log_probability);
  }
  if (!texts.empty()) look.state = std::move(scores.front().readouts);
  return look;
}

Result<double> CallDrafter::channel(const CallableTool& tool, std::string_view request,
                                    const CancelToken& cancel) {
  OUTPOST_TRY(const auto scores, score_items(channel_items(tool, request), cancel));
  return scores.empty() ? 0 : scores[0] - scores[1];
}

Result<Draft> CallDrafter::draft(const CallableTool& tool, const ValueSource& source,
                                 const CancelToken& cancel) {
  chat::ChatRequest request;
  request.principal = principal_;
  request.prompt = prompt_;
  request.declared = declared_;
  request.prompt.text += call_opening(syntax_, tool);
  request.sampling.temperature = 0;
  request.sampling.seed = 0; // greedy: it decides nothing
  request.constraint = arguments_grammar(syntax_, tool, source);
  request.max_tokens = kDraftTokensMax;
  request.log_probabilities = true;
  OUTPOST_TRY(const chat::Answer answer, chat::complete(model_, request, cancel));
  if (answer.finished.reason == chat::FinishReason::kCancelled) {
    return fail(ErrorCode::kCancelled, "the call was cancelled while its arguments were drafted");
  }
  add_usage(usage_, answer.finished.usage);
  Draft draft;
  draft.arguments = read_arguments(syntax_, tool, answer.text);
  measure(draft, answer);
  return draft;
}

Result<boost::json::value> CallDrafter::choose(const CallableTool& tool,
                                               const boost::json::object& arguments,
                                               const SlotSchema& slot,
                                               std::span<const boost::json::value> values,
                                               const CancelToken& cancel) {
  boost::json::object before;
  for (const SlotSchema& other : tool.slots) {
    if (other.name == slot.name) break;
    if (const auto* value = arguments.if_contains(other.name)) before[other.name] = *value;
  }
  const std::string opening =
      open_call_text(syntax_, tool, before) + slot_opening(syntax_, slot, before.empty());
  std::vector<std::string> texts;
  for (const boost::json::value& value : values) texts.push_back(opening + chat::json_text(value));
  OUTPOST_TRY(const auto scores, score(texts, cancel));
  const auto best = std::ranges::max_element(scores) - scores.begin();
  return values[static_cast<std::size_t>(best)];
}

void CallDrafter::focus(std::string_view clause) {
  const std::size_t from = clause.find_first_not_of(" ,.;:\n");
  if (from == std::string_view::npos) return;
  std::string line(clause.substr(from));
  std::ranges::replace(line, '\n', ' ');
  prompt_.text += "# " + line + "\n";
}

void CallDrafter::write(const CallableTool& tool, const boost::json::object& arguments) {
  prompt_.text += call_text(syntax_, tool, arguments) + "\n";
}

} // namespace outpost::agents
