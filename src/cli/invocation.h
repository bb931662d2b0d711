// One call of the program: where it writes, what it may use, and what the parsed command will do.
// A command's folder has one function, add_<command>(parent, invocation), that declares its flags
// and sets `action` when it is chosen; parsing is thus separate from working.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/environment.h"
#include "base/cancel.h"
#include "base/result.h"
#include "cli/streams.h"

namespace outpost::cli {

struct Invocation {
  Streams streams;
  const app::Environment& environment;
  CancelSource cancel; // set by Ctrl-C
  std::function<Status()> action;
};

// Declares a command: its name, one line of purpose, examples for its help.
CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& purpose,
                      const std::string& examples);

} // namespace outpost::cli
