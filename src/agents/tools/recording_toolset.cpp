#include "agents/tools/recording_toolset.h"

#include "agents/run/record_text.h"

namespace outpost::agents {
namespace {

tl::unexpected<Error> cut_off(const Call& call) {
  return fail(ErrorCode::kIo, "the run was cut off while '" + call.tool +
                                  "' was at work; whether it was done is "
                                  "not known, and it is not tried again");
}

} // namespace

Result<ToolResult> RecordingToolset::recorded(const Call& call) {
  using Outcome = ToolResult::Outcome;
  const StoredEvent* event = journal_.next("call_finished");
  if (event == nullptr) return journal_.differs("call_finished");
  OUTPOST_TRY(const auto body, body_of(*event));
  if (text_in(body, "call") != call.id) return journal_.differs("call_finished of " + call.id);
  const std::string error = text_in(body, "error");
  ToolResult result;
  result.statement = text_in(body, "statement");
  result.label = label_of(*event);
  journal_.pass();
  if (!error.empty()) return fail(error_code_of(error), result.statement);
  if (const auto* content = body.if_contains("content")) result.content = *content;
  for (const Outcome outcome :
       {Outcome::kDone, Outcome::kNothing, Outcome::kRefused, Outcome::kDeferred}) {
    if (to_string(outcome) == text_in(body, "outcome")) result.outcome = outcome;
  }
  return result;
}

Result<ToolResult> RecordingToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  // Without knowing the tool, the worst is assumed.
  const Effect effect = tool == nullptr ? Effect::kIrreversible : tool->effect;
  const bool was_started = journal_.next() != nullptr;
  OUTPOST_CHECK(journal_.write(CallStarted{call.id, call.tool, call.arguments, effect},
                               chat::join(chat::user_label(), chat::model_label())));
  if (journal_.next() != nullptr) return recorded(call);
  const bool may_repeat = effect == Effect::kRead || (tool != nullptr && tool->remembers_keys);
  const bool is_unknown = was_started && !may_repeat;
  CallContext keyed = context;
  keyed.idempotency_key = journal_.run_id() + "/" + call.id;
  auto result = is_unknown ? Result<ToolResult>(cut_off(call)) : WrapperToolset::call(call, keyed);
  CallFinished finished{call.id, call.tool, {}, nullptr, {}, {}};
  chat::Label label = chat::tool_label(call.tool);
  if (result) {
    finished.outcome = to_string(result->outcome);
    finished.content = result->content;
    finished.statement = result->statement;
    label = result->label;
  } else {
    const bool is_open =
        is_unknown || (effect != Effect::kRead && may_have_happened(result.error().code));
    finished.outcome = is_open ? "unknown" : "failed";
    finished.statement = result.error().message;
    finished.error = to_string(result.error().code);
  }
  OUTPOST_CHECK(journal_.write(std::move(finished), std::move(label)));
  return result;
}

} // namespace outpost::agents
