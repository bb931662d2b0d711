#include "agents/escalation/step_prompt.h"

#include <algorithm>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kContextMax = 6; // the newest of it
constexpr std::size_t kToolsMax = 5;

constexpr std::string_view kCallTask =
    "Decide which tool answers the user's request. Call it with arguments taken from the request "
    "and the context. If no tool fits, or a needed value is not given, say so in one sentence.";
constexpr std::string_view kSlotTask =
    "Give the value of one argument for a tool call, taken from the request and the context. Give "
    "null if it is not there.";
constexpr std::string_view kAnswerTask =
    "Answer the user's request from the context alone, in at most three sentences.";

bool may_leave(const chat::Label& label, chat::Confidentiality allowed) {
  return label.confidentiality <= allowed &&
         label.confidentiality != chat::Confidentiality::kLocalOnly;
}

std::string_view task_of(HardStep::Kind kind) {
  switch (kind) {
  case HardStep::Kind::kCall: return kCallTask;
  case HardStep::Kind::kSlot: return kSlotTask;
  case HardStep::Kind::kAnswer: return kAnswerTask;
  }
  return kAnswerTask;
}

std::string user_text(const HardStep& step) {
  std::string text;
  for (const LabelledText& context : step.context) text += "Context: " + context.text + "\n";
  text += "Request: " + step.request.text;
  if (step.kind != HardStep::Kind::kSlot || step.tools.empty()) return text;
  const Tool& tool = step.tools.front();
  text += "\nTool: " + tool.name + ": " + tool.description;
  if (!step.arguments.empty()) text += "\nKnown arguments: " + chat::json_text(step.arguments);
  return text + "\nWanted argument: " + step.parameter;
}

// {"value": of the parameter's own schema, or null}
json::object value_schema(const Tool& tool, const std::string& parameter) {
  json::value of_parameter = json::object();
  const auto schema = chat::parse_json(parameters_schema(tool));
  const json::object* object = schema ? schema->if_object() : nullptr;
  const json::value* properties = object == nullptr ? nullptr : object->if_contains("properties");
  if (properties != nullptr && properties->is_object()) {
    if (const json::value* found = properties->get_object().if_contains(parameter)) {
      of_parameter = *found;
    }
  }
  const json::array either{std::move(of_parameter), json::object{{"type", "null"}}};
  return {{"type", "object"},
          {"properties", {{"value", {{"anyOf", either}}}}},
          {"required", json::array{"value"}},
          {"additionalProperties", false}};
}

Status read_call(const HardStep& step, const chat::ToolCall& call, EscalatedAnswer& into) {
  const bool listed = std::any_of(step.tools.begin(), step.tools.end(),
                                  [&](const Tool& tool) { return tool.name == call.name; });
  if (!listed) {
    return fail(ErrorCode::kCorruptData, "the endpoint calls a tool that it was not offered");
  }
  OUTPOST_TRY(json::value arguments, chat::parse_json(call.arguments));
  if (!arguments.is_object()) {
    return fail(ErrorCode::kCorruptData, "the endpoint's arguments are no object");
  }
  into.call = {call.name, std::move(arguments.get_object())};
  return {};
}

Status read_value(const chat::Answer& answer, EscalatedAnswer& into) {
  OUTPOST_TRY(const json::value whole, chat::parse_json(answer.text));
  const json::object* object = whole.if_object();
  const json::value* value = object == nullptr ? nullptr : object->if_contains("value");
  if (value == nullptr) {
    return fail(ErrorCode::kCorruptData, "the endpoint gave no value for the argument");
  }
  if (!value->is_null()) into.value = *value;
  return {};
}

} // namespace

std::optional<HardStep> trimmed(const HardStep& step, chat::Confidentiality allowed) {
  const bool tells_tools = !step.tools.empty();
  if (!may_leave(step.request.label, allowed) ||
      (!step.arguments.empty() && !may_leave(step.arguments_label, allowed)) ||
      (tells_tools && allowed < chat::Confidentiality::kInternal)) {
    return std::nullopt;
  }
  HardStep kept = step;
  std::erase_if(kept.context,
                [&](const LabelledText& text) { return !may_leave(text.label, allowed); });
  if (kept.context.size() > kContextMax) {
    kept.context.erase(kept.context.begin(),
                       kept.context.end() - static_cast<std::ptrdiff_t>(kContextMax));
  }
  if (kept.tools.size() > kToolsMax) kept.tools.resize(kToolsMax);
  // Examples are for choosing here; elsewhere they are tokens to pay for.
  for (Tool& tool : kept.tools) tool.examples.clear();
  return kept;
}

chat::ChatRequest step_request(const HardStep& step, std::uint32_t tokens_answer) {
  chat::ChatRequest request;
  request.principal = step.principal;
  request.prompt.messages = {chat::system_message(std::string(task_of(step.kind))),
                             chat::user_message(user_text(step))};
  request.sampling.temperature = 0;
  request.max_tokens = tokens_answer;
  if (step.kind == HardStep::Kind::kCall) {
    for (const Tool& tool : step.tools) {
      request.prompt.tools.push_back({tool.name, tool.description, parameters_schema(tool)});
    }
  }
  if (step.kind == HardStep::Kind::kSlot && !step.tools.empty()) {
    request.constraint.emplace().text =
        chat::json_text(value_schema(step.tools.front(), step.parameter));
  }
  return request;
}

Result<EscalatedAnswer> read_suggestion(const HardStep& step, const chat::Answer& answer,
                                        const std::string& endpoint) {
  EscalatedAnswer made;
  made.label = chat::join(chat::model_label(endpoint), step.request.label);
  for (const LabelledText& context : step.context) {
    made.label = chat::join(made.label, context.label);
  }
  if (!step.arguments.empty()) made.label = chat::join(made.label, step.arguments_label);
  if (step.kind == HardStep::Kind::kSlot) {
    OUTPOST_CHECK(read_value(answer, made));
    return made;
  }
  made.text = answer.text;
  if (step.kind == HardStep::Kind::kCall && !answer.tool_calls.empty()) {
    OUTPOST_CHECK(read_call(step, answer.tool_calls.front(), made));
  }
  return made;
}

} // namespace outpost::agents
