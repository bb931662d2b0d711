// outpost debug logits|tokens|template: what the model sees and says, in forms that others can
// check.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_debug(CLI::App& parent, Invocation& invocation);
void add_debug_logits(CLI::App& parent, Invocation& invocation);
void add_debug_tokens(CLI::App& parent, Invocation& invocation);
void add_debug_template(CLI::App& parent, Invocation& invocation);
} // namespace outpost::cli
