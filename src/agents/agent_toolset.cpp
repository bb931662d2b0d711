#include "agents/agent_toolset.h"

#include <algorithm>

#include "agents/tools/argument_schema.h"

namespace outpost::agents {

AgentToolset::AgentToolset(Runner& agent, const std::string& name, const std::string& description,
                           const std::vector<Tool>& tools)
    : agent_(agent) {
  Tool tool;
  tool.name = "ask_" + name;
  tool.description = description.empty() ? "Asks the agent " + name : description;
  Parameter request;
  request.name = request.kind.name = "request";
  request.kind.description = "what is asked, in plain words";
  request.kind.max_length = 8000;
  request.required = true;
  tool.parameters.push_back(std::move(request));
  // What an agent may do is what its tools may do, at worst.
  for (const Tool& one : tools) tool.effect = std::max(tool.effect, one.effect);
  tools_.push_back(std::move(tool));
}

AgentToolset::Conversation AgentToolset::conversation_of(const std::string& principal) {
  const std::lock_guard lock(mutex_);
  const bool is_new = !conversations_.contains(principal);
  if (is_new && conversations_.size() == kSessionsMax) {
    conversations_.erase(conversations_.begin());
  }
  return conversations_[principal];
}

void AgentToolset::keep(const std::string& principal, Conversation after) {
  const std::lock_guard lock(mutex_);
  const auto before = conversations_.find(principal);
  if (before == conversations_.end() || before->second.version != after.version) return;
  ++after.version;
  before->second = std::move(after);
}

Result<ToolResult> AgentToolset::call(const Call& call, const CallContext& context) {
  if (call.tool != tools_.front().name) {
    return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool.substr(0, 64) + "'");
  }
  OUTPOST_CHECK(check_arguments(tools_.front(), call.arguments));
  const std::string request(call.arguments.at("request").as_string());
  const std::string& who = context.principal.value;
  Conversation conversation = conversation_of(who);
  RunOptions options;
  options.principal = context.principal;
  options.cancel = context.cancel;
  OUTPOST_TRY(const RunOutcome outcome, agent_.run(conversation.session, request, options));
  keep(who, std::move(conversation));
  ToolResult result;
  if (outcome.end != RunEnd::kDone) result.outcome = ToolResult::Outcome::kRefused;
  result.statement = outcome.text;
  result.content = boost::json::object{{"run", outcome.run_id},
                                       {"end", to_string(outcome.end)},
                                       {"kind", to_string(outcome.kind)},
                                       {"text", outcome.text}};
  result.label = chat::tool_label(call.tool);
  return result;
}

} // namespace outpost::agents
