#include "agents/tools/function/function_toolset.h"

#include <utility>

#include "agents/tools/answer_template.h"
#include "agents/tools/argument_schema.h"
#include "base/assert.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

std::string statement_of(const json::value& content) {
  if (content.is_object()) {
    const json::value* said = content.get_object().if_contains("say");
    if (said != nullptr && said->is_string()) return std::string(said->get_string());
  }
  return content.is_structured() ? chat::json_text(content) : plain_text(content);
}

Parameter parameter(std::string name, std::string description, ValueType type) {
  Parameter made;
  made.kind.name = name;
  made.name = std::move(name);
  made.kind.description = std::move(description);
  made.kind.type = type;
  made.required = true;
  return made;
}

} // namespace

std::optional<std::string> Arguments::text(std::string_view name) const {
  const json::value* value = values_.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<std::int64_t> Arguments::integer(std::string_view name) const {
  const json::value* value = values_.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<double> Arguments::number(std::string_view name) const {
  const json::value* value = values_.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

std::optional<bool> Arguments::flag(std::string_view name) const {
  const json::value* value = values_.if_contains(name);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

Parameter words(std::string name, std::string description) {
  Parameter made = parameter(std::move(name), std::move(description), ValueType::kString);
  made.kind.free_text = true;
  return made;
}

Parameter whole_number(std::string name, std::string description, std::optional<double> minimum,
                       std::optional<double> maximum) {
  Parameter made = parameter(std::move(name), std::move(description), ValueType::kInteger);
  made.kind.minimum = minimum;
  made.kind.maximum = maximum;
  return made;
}

Parameter decimal_number(std::string name, std::string description) {
  return parameter(std::move(name), std::move(description), ValueType::kNumber);
}

Parameter yes_or_no(std::string name, std::string description) {
  return parameter(std::move(name), std::move(description), ValueType::kBoolean);
}

Parameter one_of(std::string name, std::string description, std::vector<std::string> choices) {
  Parameter made = parameter(std::move(name), std::move(description), ValueType::kString);
  made.kind.choices = std::move(choices);
  return made;
}

Parameter optional(Parameter parameter) {
  parameter.required = false;
  return parameter;
}

FunctionToolset& FunctionToolset::add(Tool tool, Function function) {
  OUTPOST_ASSERT(find_tool(*this, tool.name) == nullptr);
  tools_.push_back(std::move(tool));
  functions_.push_back(std::move(function));
  return *this;
}

Result<ToolResult> FunctionToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  if (tool == nullptr) {
    return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool.substr(0, 64) + "'");
  }
  OUTPOST_CHECK(check_arguments(*tool, call.arguments));
  const Function& function = functions_[static_cast<std::size_t>(tool - tools_.data())];
  ToolResult result;
  OUTPOST_TRY(result.content, function(Arguments(call.arguments), context));
  result.statement = statement_of(result.content);
  if (result.statement.empty()) result.outcome = ToolResult::Outcome::kNothing;
  result.label = chat::tool_label(call.tool);
  return result;
}

} // namespace outpost::agents
