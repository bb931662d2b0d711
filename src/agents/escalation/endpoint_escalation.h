// Escalation to one endpoint, under an agent file's policy. In this order: the local answer is sure
// enough; labels forbid it; a limit would be passed; the endpoint is not reached. What an answer
// may cost at most is reserved before anything is sent.
#pragma once
#include "agents/escalation/escalation.h"
#include "agents/escalation/escalation_spec.h"
#include "agents/ledger/ledger.h"
#include "base/clock.h"
#include "chat/chat_model.h"
#include "remote/connection_probe.h"

namespace outpost::agents {

// Thread-safe.
class EndpointEscalation final : public Escalation {
public:
  // All outlive this. `model` is the endpoint's.
  EndpointEscalation(EscalationSpec spec, chat::ChatModel& model, remote::ConnectionProbe& probe,
                     Ledger& ledger, Clock& clock)
      : spec_(std::move(spec)), model_(model), probe_(probe), ledger_(ledger), clock_(clock) {}

  std::optional<KeptLocal> keeps_local(const HardStep& step) override;
  Result<EscalatedAnswer> ask(const HardStep& step, const CancelToken& cancel) override;

private:
  // A step that may go up, as it would.
  struct Prepared {
    HardStep step;
    chat::ChatRequest request;
    LedgerEntry most;
  };
  Result<Prepared> prepare(const HardStep& step, std::optional<KeptLocal>& reason);
  Result<chat::Answer> send(const Prepared& prepared, const CancelToken& cancel, Spending& spent);

  const EscalationSpec spec_;
  chat::ChatModel& model_;
  remote::ConnectionProbe& probe_;
  Ledger& ledger_;
  Clock& clock_;
};

} // namespace outpost::agents
