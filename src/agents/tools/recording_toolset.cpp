#include "agents/tools/recording_toolset.h"

namespace outpost::agents {
namespace {

// After such an error nobody can say whether the other side did it.
bool may_have_happened(Effect effect, const Error& error) {
  return effect != Effect::kRead &&
         (error.code == ErrorCode::kIo || error.code == ErrorCode::kTimeout ||
          error.code == ErrorCode::kUnavailable);
}

} // namespace

Result<ToolResult> RecordingToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  // Without knowing the tool, the worst is assumed.
  const Effect effect = tool == nullptr ? Effect::kIrreversible : tool->effect;
  OUTPOST_CHECK(journal_.write(CallStarted{call.id, call.tool, call.arguments, effect},
                               chat::join(chat::user_label(), chat::model_label())));
  auto result = WrapperToolset::call(call, context);
  CallFinished finished{call.id, call.tool, {}, nullptr, {}};
  chat::Label label = chat::tool_label(call.tool);
  if (result) {
    finished.outcome = to_string(result->outcome);
    finished.content = result->content;
    finished.statement = result->statement;
    label = result->label;
  } else {
    finished.outcome = may_have_happened(effect, result.error()) ? "unknown" : "failed";
    finished.statement = result.error().message;
  }
  OUTPOST_CHECK(journal_.write(std::move(finished), std::move(label)));
  return result;
}

} // namespace outpost::agents
