#include "agents/outbox/deferring_toolset.h"

#include "agents/tools/policy/permission_toolset.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

// An ended item, as what the call came to.
Result<ToolResult> outcome_of(const OutboxItem& item) {
  ToolResult result;
  result.content = {{"deferred", item.id}};
  result.label = chat::tool_label(item.message.tool);
  switch (item.state) {
  case OutboxState::kDone: result.statement = item.result; return result;
  case OutboxState::kFailed:
  case OutboxState::kExpired:
  case OutboxState::kDropped:
    result.outcome = ToolResult::Outcome::kRefused;
    result.statement = "It was not done: " + item.reason + ".";
    return result;
  case OutboxState::kUnknown:
    return fail(ErrorCode::kUnavailable,
                "whether " + item.message.tool + " was done is unknown: " + item.reason,
                "look at the receiver's end before it is asked for again; outpost outbox show " +
                    item.id);
  case OutboxState::kWaiting:
  case OutboxState::kSending: break;
  }
  return deferred(item);
}

} // namespace

ToolResult deferred(const OutboxItem& item) {
  ToolResult result;
  result.outcome = ToolResult::Outcome::kDeferred;
  result.content = {{"deferred", item.id}};
  result.statement = item.state == OutboxState::kSending
                         ? "It is being sent as " + item.id + "; outpost outbox show " + item.id +
                               " tells what came of it."
                         : "There is no connection now. It waits as " + item.id +
                               " and is sent once when there is one.";
  result.label = chat::tool_label(item.message.tool);
  return result;
}

Result<ToolResult> call_item(Toolset& toolset, const OutboxItem& item, const CancelToken& cancel) {
  OUTPOST_TRY(boost::json::value arguments, chat::parse_json(item.message.arguments));
  if (!arguments.is_object()) {
    return fail(ErrorCode::kInvalidArgument, "the arguments of " + item.id + " are no object");
  }
  const Call call{item.id, item.message.tool, std::move(arguments.get_object())};
  return toolset.call(call, CallContext{{item.message.principal},
                                        item.message.request,
                                        cancel,
                                        item.message.idempotency_key});
}

DeferringToolset::DeferringToolset(Toolset& inner, Outbox& outbox, Courier& courier,
                                   std::string agent, Rules rules, std::uint64_t seed,
                                   PermissionsSection permissions)
    : WrapperToolset(inner), outbox_(outbox), courier_(courier), agent_(std::move(agent)),
      rules_(std::move(rules)), permissions_(std::move(permissions)), random_(seed),
      tools_(inner.tools()) {
  for (Tool& tool : tools_) {
    tool.remembers_keys = tool.effect != Effect::kRead && rules_.contains(tool.name);
  }
}

OutboxMessage DeferringToolset::message(const Call& call, const CallContext& context,
                                        const DeferRule& rule) {
  OutboxMessage made;
  made.agent = agent_;
  made.principal = context.principal.value;
  made.tool = call.tool;
  made.arguments = chat::json_text(call.arguments);
  made.request = context.request;
  if (const auto* value = call.arguments.if_contains(rule.order_parameter)) {
    made.order_key = agent_ + "/" + rule.order_parameter + "/" + chat::json_text(*value);
  }
  made.idempotency_key =
      context.idempotency_key.empty()
          ? std::to_string(random_.next_u64()) + "-" + std::to_string(random_.next_u64())
          : context.idempotency_key;
  made.repeatable = rule.repeatable;
  made.expires_after = rule.expires_after;
  return made;
}

Result<ToolResult> DeferringToolset::call(const Call& call, const CallContext& context) {
  const auto rule = rules_.find(call.tool);
  const Tool* tool = find_tool(*this, call.tool);
  if (rule == rules_.end() || tool == nullptr) return WrapperToolset::call(call, context);
  if (tool->effect == Effect::kRead) {
    if (courier_.is_online()) return WrapperToolset::call(call, context);
    return fail(ErrorCode::kUnavailable, call.tool + " needs a connection, and there is none now",
                "ask again when there is one");
  }
  // Denied now, on record, and not when the line is back.
  if (!check_permission(permissions_, call, context)) return WrapperToolset::call(call, context);
  // What waits for a line is for somewhere else, and the outbox keeps no label.
  if (context.label.confidentiality == chat::Confidentiality::kLocalOnly) {
    return fail(ErrorCode::kPermissionDenied,
                "'" + call.tool +
                    "' reaches beyond this machine, and what it was to be given must "
                    "stay here");
  }
  OUTPOST_TRY(const OutboxItem item, outbox_.put(message(call, context, rule->second)));
  if (item.state == OutboxState::kWaiting) {
    OUTPOST_TRY(auto sent, courier_.deliver(item.id, context.cancel));
    if (sent) return *std::move(sent);
  }
  OUTPOST_TRY(const OutboxItem now, outbox_.show(item.id));
  return outcome_of(now);
}

} // namespace outpost::agents
