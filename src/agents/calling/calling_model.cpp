#include "agents/calling/calling_model.h"

#include "agents/calling/call_pipeline.h"
#include "chat/json_value.h"
#include "prompt/tool_format.h"

namespace outpost::agents {
namespace {

void emit(const CallPlan& plan, std::uint64_t seed, const chat::EventSink& sink) {
  std::uint32_t index = 0;
  for (const PlannedCall& call : plan.calls) {
    sink(chat::ToolCallEvent{
        {prompt::call_id(seed, index++), call.tool, chat::json_text(call.arguments)}});
  }
  chat::Finished finished;
  finished.reason = chat::FinishReason::kToolCalls;
  finished.usage = plan.usage;
  finished.seed = seed;
  sink(finished);
}

} // namespace

bool wants_plan(const chat::ChatRequest& request) {
  const chat::Prompt& prompt = request.prompt;
  return !prompt.tools.empty() && prompt.tool_choice != chat::ToolChoice::kNone &&
         !prompt.generates_calls && !request.constraint && prompt.text.empty() &&
         !prompt.messages.empty() && prompt.messages.back().role == chat::Role::kUser;
}

Status CallingModel::chat(const chat::ChatRequest& request, const chat::EventSink& sink,
                          const CancelToken& cancel) {
  if (profile_.generates || !wants_plan(request)) return model_->chat(request, sink, cancel);
  const CallingProfile profile = fitted_to(model_->info().context_tokens, profile_);
  CallPipeline pipeline(*model_, profile);
  const bool must_call = request.prompt.tool_choice == chat::ToolChoice::kRequired;
  OUTPOST_TRY(const CallPlan plan, pipeline.plan({.principal = request.principal,
                                                  .prompt = request.prompt,
                                                  .must_call = must_call},
                                                 cancel));
  if (!plan.calls.empty()) {
    // Ids need only differ within a conversation: its length and the seed make them so.
    const std::uint64_t seed = request.sampling.seed.value_or(request.prompt.messages.size());
    emit(plan, seed, sink);
    return {};
  }
  chat::ChatRequest words = request;
  words.prompt.tools.clear();
  words.prompt.tool_choice = chat::ToolChoice::kAuto;
  return model_->chat(words, sink, cancel);
}

} // namespace outpost::agents
