// A session that outlives its process: what a principal and an agent said is remembered after each
// run, and the values that calls used last stand ready in a session that begins anew ("and where is
// it now?" on the next day); so does the tool, for an hour ("and Boston?").
#pragma once
#include <cstdint>
#include <string>

#include "agents/memory/memory.h"
#include "agents/run/session.h"

namespace outpost::agents {

// Puts the remembered values before a session that has no turns yet; others stay as they are.
Status recall_values(Memory& memory, const MemoryScope& scope, std::int64_t now_ms,
                     Session& session);

// Keeps a run's turn, and its values as facts that the next ones of their kind end. Of a run that
// is remembered already nothing is kept twice.
Status remember_turn(Memory& memory, const MemoryScope& scope, const std::string& run,
                     const Turn& turn, std::int64_t now_ms);

} // namespace outpost::agents
