// outpost outbox list|show|drop|send: calls that wait for a connection.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_outbox(CLI::App& parent, Invocation& invocation);
}
