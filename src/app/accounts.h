// What all agents of this machine share besides the log: the ledger of costs and the outbox, in the
// data folder.
#pragma once
#include "agents/ledger/ledger.h"
#include "agents/outbox/outbox.h"
#include "app/environment.h"
#include "base/clock.h"
#include "base/result.h"

namespace outpost::app {

// `clock` outlives what is opened.
Result<agents::Ledger> open_ledger(const Environment& environment, Clock& clock);
Result<agents::Outbox> open_outbox(const Environment& environment, Clock& clock);

} // namespace outpost::app
