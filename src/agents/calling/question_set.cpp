#include "agents/calling/question_set.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "agents/call/words.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

using Tools = std::map<std::string, chat::ToolDefinition, std::less<>>;

const std::string* text_at(const json::object& object, std::string_view key, std::string& storage) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return nullptr;
  storage = value->get_string();
  return &storage;
}

Status read_tool_line(const json::value& value, Tools& tools) {
  const json::object* object = value.if_object();
  std::string name;
  std::string description;
  const json::value* parameters = object == nullptr ? nullptr : object->if_contains("parameters");
  if (object == nullptr || text_at(*object, "name", name) == nullptr ||
      text_at(*object, "description", description) == nullptr || parameters == nullptr) {
    return fail(ErrorCode::kCorruptData, "a tool needs name, description and parameters");
  }
  tools[name] = {name, description, chat::json_text(*parameters)};
  return {};
}

Result<AcceptedCall> read_call(const json::value& value) {
  const json::object* object = value.if_object();
  AcceptedCall call;
  const json::value* arguments = object == nullptr ? nullptr : object->if_contains("arguments");
  if (object == nullptr || text_at(*object, "name", call.name) == nullptr || arguments == nullptr ||
      !arguments->is_object()) {
    return fail(ErrorCode::kCorruptData, "a call needs name and arguments");
  }
  for (const auto& [slot, accepted] : arguments->get_object()) {
    if (!accepted.is_array()) {
      return fail(ErrorCode::kCorruptData,
                  fmt::format("'{}' needs a list of accepted values", std::string_view(slot)));
    }
  }
  call.arguments = arguments->get_object();
  return call;
}

Result<CallQuestion> read_question(const json::object& object, const Tools& tools) {
  CallQuestion question;
  std::string request;
  const json::value* names = object.if_contains("tools");
  const json::value* calls = object.if_contains("calls");
  if (text_at(object, "request", request) == nullptr || names == nullptr || !names->is_array() ||
      calls == nullptr || !calls->is_array()) {
    return fail(ErrorCode::kCorruptData, "a question needs request, tools and calls");
  }
  if (const json::value* counts = object.if_contains("counts")) {
    if (!counts->is_bool()) return fail(ErrorCode::kCorruptData, "counts is true or false");
    question.counts = counts->get_bool();
  }
  question.prompt.messages.push_back(chat::user_message(request));
  for (const json::value& name : names->get_array()) {
    const auto tool =
        name.is_string() ? tools.find(std::string_view(name.get_string())) : tools.end();
    if (tool == tools.end()) {
      return fail(ErrorCode::kCorruptData,
                  "there is no tool " + chat::json_text(name) + " before this line");
    }
    question.prompt.tools.push_back(tool->second);
  }
  for (const json::value& value : calls->get_array()) {
    OUTPOST_TRY(AcceptedCall call, read_call(value));
    question.calls.push_back(std::move(call));
  }
  return question;
}

json::value plain(const json::value& value) {
  if (value.is_number()) return json::value(value.to_number<double>());
  if (value.is_string()) {
    std::string text = lower_case(value.get_string());
    std::erase_if(text, [](char c) {
      return std::string_view(" ,./-_*^'\"?!:").find(c) != std::string_view::npos;
    });
    return json::value(text);
  }
  if (!value.is_array()) return value;
  json::array parts;
  for (const json::value& part : value.get_array()) parts.push_back(plain(part));
  return parts;
}

bool accepts(const json::value& accepted, const json::value& value) {
  return std::ranges::any_of(accepted.get_array(), [&value](const json::value& one) {
    return plain(one) == plain(value);
  });
}

} // namespace

Result<std::vector<CallQuestion>> read_questions(std::string_view lines) {
  Tools tools;
  std::vector<CallQuestion> questions;
  std::size_t number = 0;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    ++number;
    if (line.empty()) continue;
    if (questions.size() == kQuestionsMax) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("there are more than {} questions", kQuestionsMax));
    }
    const auto read = [&]() -> Status {
      OUTPOST_TRY(const json::value value, chat::parse_json(line));
      const json::object* object = value.if_object();
      if (object == nullptr) return fail(ErrorCode::kCorruptData, "a line must be a JSON object");
      if (const json::value* tool = object->if_contains("tool"))
        return read_tool_line(*tool, tools);
      OUTPOST_TRY(CallQuestion question, read_question(*object, tools));
      questions.push_back(std::move(question));
      return {};
    };
    if (const Status status = read(); !status) {
      return fail(status.error().code, fmt::format("line {}: {}", number, status.error().message));
    }
  }
  return questions;
}

bool is_right(const AcceptedCall& accepted, const PlannedCall& call) {
  if (accepted.name != call.tool) return false;
  for (const auto& [slot, value] : call.arguments) {
    const json::value* values = accepted.arguments.if_contains(slot);
    if (values == nullptr || !accepts(*values, value)) return false;
  }
  return std::ranges::all_of(accepted.arguments, [&call](const auto& slot) {
    return call.arguments.contains(slot.key()) || accepts(slot.value(), json::value());
  });
}

bool are_right(const std::vector<AcceptedCall>& accepted, const std::vector<PlannedCall>& calls) {
  if (accepted.size() != calls.size()) return false;
  std::vector<bool> taken(calls.size(), false);
  for (const AcceptedCall& one : accepted) {
    bool found = false;
    for (std::size_t i = 0; i < calls.size() && !found; ++i) {
      found = !taken[i] && is_right(one, calls[i]);
      if (found) taken[i] = true;
    }
    if (!found) return false;
  }
  return true;
}

} // namespace outpost::agents
