#include "mcp/mcp_toolset.h"

#include <algorithm>

#include "base/edit_distance.h"
#include "chat/json_value.h"

namespace outpost::mcp {
namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Names of tools hold letters, digits, '_' and '-' here; MCP also allows dots.
std::string offered_name(const std::string& prefix, std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return prefix + name;
}

// At most `bytes_max` of it, whole characters, and a word about the rest.
std::string bounded(const std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return text.substr(0, end) + "\n[" + std::to_string(text.size() - end) +
         " more bytes are not shown]";
}

} // namespace

Result<std::unique_ptr<McpToolset>> McpToolset::open(McpServerUse use, Connector connector,
                                                     DefinitionStore& store) {
  std::unique_ptr<McpToolset> made(new McpToolset(std::move(use), std::move(connector), store));
  OUTPOST_CHECK(made->connect({}));
  return made;
}

Status McpToolset::connect(const CancelToken& cancel) {
  OUTPOST_TRY(client_, connector_(cancel));
  OUTPOST_TRY(const ToolList list, client_->list_tools({use_.call_time, cancel}));
  shown_.clear();
  for (const ToolDefinition& tool : list.tools) shown_[tool.name] = tool.digest;
  if (!tools_.empty()) return {}; // what is offered stays as it was; make_ready() compares
  OUTPOST_CHECK(check_names(list));
  left_out_ = list.refused;
  std::vector<ToolDefinition> wanted;
  for (const ToolDefinition& tool : list.tools) {
    if (use_.only.empty() || has(use_.only, tool.name)) wanted.push_back(tool);
  }
  OUTPOST_TRY(const auto accepted, store_.review(use_.name, wanted, use_.trust));
  for (const ToolDefinition& tool : wanted) {
    const bool is_in = std::any_of(accepted.begin(), accepted.end(),
                                   [&](const auto& one) { return one.name == tool.name; });
    if (!is_in) left_out_.push_back("tool '" + tool.name + "' waits to be accepted");
  }
  return offer(accepted);
}

Status McpToolset::check_names(const ToolList& list) const {
  std::vector<std::string_view> known;
  for (const ToolDefinition& tool : list.tools) known.emplace_back(tool.name);
  std::vector<std::string> named = use_.only;
  named.insert(named.end(), use_.reads.begin(), use_.reads.end());
  named.insert(named.end(), use_.reversible.begin(), use_.reversible.end());
  for (const auto& [tool, requests] : use_.examples) named.push_back(tool);
  for (const std::string& name : named) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto nearest = nearest_name(name, known);
    return fail(ErrorCode::kInvalidArgument,
                "the MCP server '" + use_.name + "' has no tool '" + name + "'" +
                    (nearest ? "; did you mean '" + std::string(*nearest) + "'?" : ""));
  }
  return {};
}

agents::Effect McpToolset::effect_of(const std::string& tool) const {
  if (has(use_.reads, tool)) return agents::Effect::kRead;
  return has(use_.reversible, tool) ? agents::Effect::kReversible : agents::Effect::kIrreversible;
}

Status McpToolset::offer(const std::vector<ToolDefinition>& accepted) {
  for (const ToolDefinition& definition : accepted) {
    agents::Tool tool;
    tool.name = offered_name(use_.prefix, definition.name);
    tool.description = definition.description;
    tool.effect = effect_of(definition.name);
    tool.input_schema = definition.input_schema;
    const auto examples = use_.examples.find(definition.name);
    if (examples != use_.examples.end()) tool.examples = examples->second;
    if (!definitions_.emplace(tool.name, definition).second) {
      return fail(ErrorCode::kConflict, "the MCP server '" + use_.name +
                                            "' has two tools that would be called '" + tool.name +
                                            "' here");
    }
    tools_.push_back(std::move(tool));
  }
  return {};
}

Status McpToolset::make_ready(const ToolDefinition& tool, const CancelToken& cancel) {
  if (client_ == nullptr) {
    OUTPOST_CHECK(connect(cancel));
  } else if (client_->tools_changed()) {
    OUTPOST_TRY(const ToolList list, client_->list_tools({use_.call_time, cancel}));
    shown_.clear();
    for (const ToolDefinition& one : list.tools) shown_[one.name] = one.digest;
    OUTPOST_CHECK(store_.review(use_.name, list.tools, Trust::kNothing));
  }
  const auto now = shown_.find(tool.name);
  if (now != shown_.end() && now->second == tool.digest) return {};
  return fail(ErrorCode::kPermissionDenied,
              "the MCP server '" + use_.name + "' has changed its tool '" + tool.name +
                  "' since it was accepted",
              "outpost mcp list shows the change; outpost mcp accept " + use_.name +
                  " accepts it for the next start");
}

Result<agents::ToolResult> McpToolset::call(const agents::Call& call,
                                            const agents::CallContext& context) {
  const auto at = definitions_.find(call.tool);
  if (at == definitions_.end()) {
    return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool.substr(0, 64) + "'");
  }
  OUTPOST_CHECK(make_ready(at->second, context.cancel));
  const auto answer =
      client_->call_tool(at->second, call.arguments, {use_.call_time, context.cancel});
  if (!answer) {
    const ErrorCode code = answer.error().code;
    const bool is_broken = code == ErrorCode::kUnavailable || code == ErrorCode::kCorruptData ||
                           code == ErrorCode::kLimitExceeded;
    if (is_broken) client_.reset();
    // A peer's flood is its fault, not the end of the run's budget.
    if (code == ErrorCode::kLimitExceeded) {
      return fail(ErrorCode::kCorruptData, answer.error().message);
    }
    return fail(answer.error());
  }
  return result_from(*answer);
}

Result<agents::ToolResult> McpToolset::result_from(const ToolAnswer& answer) const {
  if (answer.is_error) {
    return fail(ErrorCode::kInvalidArgument,
                "the tool failed: " + bounded(answer.text, use_.text_bytes_max));
  }
  agents::ToolResult result;
  result.statement = bounded(answer.text, use_.text_bytes_max);
  const std::string structured =
      answer.structured.is_null() ? std::string() : chat::json_text(answer.structured);
  if (result.statement.empty()) result.statement = bounded(structured, use_.text_bytes_max);
  const bool fits = !structured.empty() && structured.size() <= use_.text_bytes_max;
  result.content = fits ? answer.structured : boost::json::value(result.statement);
  result.label = chat::tool_label("mcp:" + use_.name);
  return result;
}

} // namespace outpost::mcp
