#include "agents/run/approval_toolset.h"

#include <algorithm>
#include <array>

#include "agents/run/record_text.h"
#include "agents/tools/answer_template.h"
#include "agents/tools/policy/permission_toolset.h"
#include "catalog/digest.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

// Keys sorted, so that the same arguments are the same bytes whoever wrote them down.
std::string canonical_arguments(const boost::json::object& arguments) {
  std::vector<std::string> keys;
  for (const auto& entry : arguments) keys.emplace_back(entry.key());
  std::sort(keys.begin(), keys.end());
  boost::json::object sorted;
  for (const std::string& key : keys) sorted[key] = arguments.at(key);
  return chat::json_text(sorted);
}

ApprovalState state_named(std::string_view name) {
  for (const ApprovalState state : std::array{ApprovalState::kApproved, ApprovalState::kExpired}) {
    if (to_string(state) == name) return state;
  }
  return ApprovalState::kRefused;
}

ToolResult not_done(const Call& call, ApprovalState state) {
  ToolResult result;
  result.outcome = ToolResult::Outcome::kRefused;
  result.statement =
      state == ApprovalState::kExpired
          ? "Nobody approved it in time, so this was not done: " + readable_name(call.tool) + "."
          : "It was not approved, so this was not done: " + readable_name(call.tool) + ".";
  result.content = boost::json::object{{"approval", to_string(state)}};
  result.label = chat::operator_label();
  return result;
}

} // namespace

std::string tool_version(const Tool& tool) {
  const boost::json::object definition{{"name", tool.name},
                                       {"description", tool.description},
                                       {"schema", parameters_schema(tool)},
                                       {"effect", to_string(tool.effect)}};
  return catalog::sha256_of(chat::json_text(definition)).hex();
}

Result<ToolResult> ApprovalToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  if (tool == nullptr) return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool + "'");
  const ApprovalRule* rule = approval_rule(spec_.approvals, *tool);
  if (rule == nullptr) return WrapperToolset::call(call, context);
  // Nobody is asked about what this principal may not do at all.
  OUTPOST_CHECK(check_permission(spec_.permissions, call, context));
  if (approvals_ == nullptr) {
    return fail(ErrorCode::kPermissionDenied, "'" + call.tool +
                                                  "' needs an approval, and there is nobody here "
                                                  "who could give one");
  }
  OUTPOST_TRY(const auto request, make_request(call, context, *tool, *rule));
  OUTPOST_TRY(const std::string id, ask(request, call));
  OUTPOST_TRY(const ApprovalState state, answer_to(id));
  if (state == ApprovalState::kWaiting) {
    waiting_ = RunWaiting{
        id, "This needs " +
                (rule->role.empty() ? "an approval" : "the approval of a " + rule->role) +
                " before it is done: " + readable_name(call.tool) + " " + request.arguments +
                ". Approval " + id + " is asked for."};
    return fail(ErrorCode::kUnavailable, waiting_->text);
  }
  if (state != ApprovalState::kApproved) return not_done(call, state);
  // Within a record the call's beginning follows: it was used up then.
  if (journal_.next() == nullptr) OUTPOST_CHECK(approvals_->spend(id, request));
  return WrapperToolset::call(call, context);
}

// Nonce and expiry of a request that was made before are those of the record.
Result<security::ApprovalRequest> ApprovalToolset::make_request(const Call& call,
                                                                const CallContext& context,
                                                                const Tool& tool,
                                                                const ApprovalRule& rule) {
  security::ApprovalRequest request{.principal = context.principal.value,
                                    .agent = spec_.name,
                                    .policy = spec_.version,
                                    .run_id = journal_.run_id(),
                                    .call_id = call.id,
                                    .tool = call.tool,
                                    .tool_version = tool_version(tool),
                                    .arguments = canonical_arguments(call.arguments),
                                    .role = rule.role,
                                    .by_another = !rule.by_requester,
                                    .expires_ms = clock_.wall_ms() + rule.within.count(),
                                    .nonce = {}};
  request.nonce = std::to_string(random_.next_u64()) + "-" + std::to_string(random_.next_u64());
  if (const StoredEvent* asked = journal_.next("approval_asked")) {
    OUTPOST_TRY(const auto body, body_of(*asked));
    request.expires_ms = integer_in(body, "expires_ms");
    request.nonce = text_in(body, "nonce");
  }
  return request;
}

// In the record first: what was asked can then be asked again after a crash, as the same question.
Result<std::string> ApprovalToolset::ask(const security::ApprovalRequest& request,
                                         const Call& call) {
  const std::string id = security::approval_id(request);
  const bool is_new = journal_.next() == nullptr;
  OUTPOST_CHECK(journal_.write(ApprovalAsked{id, call.id, call.tool, call.arguments, request.role,
                                             request.expires_ms, request.nonce},
                               chat::join(chat::user_label(), chat::model_label())));
  // Gone through again beyond the answer, there is nothing to ask.
  if (!is_new && (journal_.next() != nullptr || !journal_.may_go_on())) return id;
  return approvals_->ask(request);
}

Result<ApprovalState> ApprovalToolset::answer_to(const std::string& id) {
  while (journal_.next("run_waiting") != nullptr) journal_.pass();
  if (const StoredEvent* answered = journal_.next("approval_answered")) {
    OUTPOST_TRY(const auto body, body_of(*answered));
    journal_.pass();
    return state_named(text_in(body, "state"));
  }
  if (const StoredEvent* other = journal_.next()) {
    if (other->kind == "run_stopped") return ApprovalState::kWaiting;
    return journal_.differs("approval_answered");
  }
  if (!journal_.may_go_on()) return ApprovalState::kWaiting;
  OUTPOST_TRY(const ApprovalState state, approvals_->state(id));
  if (state == ApprovalState::kWaiting) return state;
  OUTPOST_CHECK(
      journal_.write(ApprovalAnswered{id, std::string(to_string(state))}, chat::operator_label()));
  return state;
}

} // namespace outpost::agents
