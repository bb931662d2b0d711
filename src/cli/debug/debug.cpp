#include "cli/debug/debug.h"

namespace outpost::cli {

void add_debug(CLI::App& parent, Invocation& invocation) {
  CLI::App& command = add_command(parent, "debug", "Logits, tokens and prompts, for checking", "");
  command.require_subcommand(1);
  add_debug_logits(command, invocation);
  add_debug_tokens(command, invocation);
#ifndef OUTPOST_ENGINE_ONLY
  add_debug_template(command, invocation);
#endif
}

} // namespace outpost::cli
