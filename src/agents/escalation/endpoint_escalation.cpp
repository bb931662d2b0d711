#include "agents/escalation/endpoint_escalation.h"

#include "agents/escalation/step_prompt.h"

namespace outpost::agents {
namespace {

tl::unexpected<Error> stays(KeptLocal reason) {
  return fail(ErrorCode::kPermissionDenied,
              "the step stays here: " + std::string(to_string(reason)));
}

// Whether an endpoint that failed so may have worked, and charge for it. One that refused has not;
// one that was cut off or too slow may have, and then the reservation stands.
bool may_have_worked(const Error& error, bool answer_began) {
  switch (error.code) {
  case ErrorCode::kPermissionDenied:
  case ErrorCode::kNotFound:
  case ErrorCode::kInvalidArgument:
  case ErrorCode::kUnsupported: return answer_began;
  case ErrorCode::kUnavailable: return answer_began; // it was not asked, or said no
  default: return true;
  }
}

} // namespace

Result<EndpointEscalation::Prepared> EndpointEscalation::prepare(const HardStep& step,
                                                                 std::optional<KeptLocal>& reason) {
  Prepared prepared;
  if (step.probability >= spec_.below) {
    reason = KeptLocal::kSure;
    return prepared;
  }
  auto kept = trimmed(step, spec_.allowed);
  if (!kept) {
    reason = KeptLocal::kConfidentiality;
    return prepared;
  }
  prepared.step = *std::move(kept);
  prepared.request = step_request(prepared.step, spec_.tokens_answer);
  OUTPOST_TRY(const std::uint32_t prompt_tokens, model_.count_tokens(prepared.request.prompt));
  prepared.most = {.run_id = step.run_id,
                   .agent = step.agent,
                   .principal = step.principal.value,
                   .place = spec_.name};
  prepared.most.spending = {prompt_tokens, spec_.tokens_answer, std::chrono::milliseconds(0),
                            cost_of(prompt_tokens, spec_.tokens_answer, spec_.prices)};
  if (step.money_most && prepared.most.spending.cost > *step.money_most) {
    reason = KeptLocal::kBudget;
    return prepared;
  }
  const Status affordable = ledger_.check(prepared.most, spec_.limits);
  if (!affordable) {
    if (affordable.error().code != ErrorCode::kLimitExceeded) return fail(affordable.error());
    reason = KeptLocal::kBudget;
  }
  return prepared;
}

std::optional<KeptLocal> EndpointEscalation::keeps_local(const HardStep& step) {
  std::optional<KeptLocal> reason;
  // A ledger that cannot be read keeps no account: nothing is spent then.
  if (!prepare(step, reason)) return KeptLocal::kBudget;
  if (!reason && !probe_.is_online()) reason = KeptLocal::kOffline;
  return reason;
}

Result<EscalatedAnswer> EndpointEscalation::ask(const HardStep& step, const CancelToken& cancel) {
  std::optional<KeptLocal> reason;
  OUTPOST_TRY(const Prepared prepared, prepare(step, reason));
  if (!reason && !probe_.is_online()) reason = KeptLocal::kOffline;
  if (reason) return stays(*reason);
  const auto reservation = ledger_.reserve(prepared.most, spec_.limits);
  if (!reservation) {
    // Somebody else took what was left between looking and taking.
    if (reservation.error().code == ErrorCode::kLimitExceeded) return stays(KeptLocal::kBudget);
    return fail(reservation.error());
  }
  Spending spent = prepared.most.spending;
  const auto answer = send(prepared, cancel, spent);
  OUTPOST_CHECK(ledger_.settle(*reservation, spent));
  if (!answer) return fail(answer.error());
  OUTPOST_TRY(EscalatedAnswer made, read_suggestion(prepared.step, *answer, spec_.name));
  made.usage = {spec_.name, answer->finished.usage.prompt_tokens,
                answer->finished.usage.completion_tokens, spent.time, spent.cost};
  return made;
}

// `spent` is what was reserved, and becomes what it came to as far as that is known.
Result<chat::Answer> EndpointEscalation::send(const Prepared& prepared, const CancelToken& cancel,
                                              Spending& spent) {
  const auto start = clock_.monotonic();
  chat::Answer answer;
  bool began = false;
  bool finished = false;
  const Status status = model_.chat(
      prepared.request,
      [&](const chat::Event& event) {
        began = true;
        if (const auto* text = std::get_if<chat::TextDelta>(&event)) answer.text += text->text;
        if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
          answer.tool_calls.push_back(call->call);
        }
        if (const auto* end = std::get_if<chat::Finished>(&event)) {
          answer.finished = *end;
          finished = end->reason != chat::FinishReason::kCancelled;
        }
      },
      cancel);
  spent.time = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic() - start);
  if (!status) {
    const ErrorCode code = status.error().code;
    if (code == ErrorCode::kUnavailable || code == ErrorCode::kIo) probe_.learn(false);
    if (!may_have_worked(status.error(), began)) spent = {.time = spent.time};
    return fail(status.error());
  }
  if (!finished) return fail(ErrorCode::kCancelled, "the step was cancelled while it was asked");
  probe_.learn(true);
  const chat::Usage& usage = answer.finished.usage;
  spent.prompt_tokens = usage.prompt_tokens;
  spent.completion_tokens = usage.completion_tokens;
  spent.cost = cost_of(usage.prompt_tokens, usage.completion_tokens, spec_.prices);
  return answer;
}

} // namespace outpost::agents
