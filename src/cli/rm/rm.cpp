#include "cli/rm/rm.h"

#include <fmt/format.h>

#include "app/model_store.h"
#include "catalog/units.h"

namespace outpost::cli {
namespace {

Status run(const Invocation& invocation, const std::string& name) {
  app::ModelStore store(invocation.environment);
  OUTPOST_TRY(const catalog::RemoveOutcome outcome, store.catalog().remove(name));
  invocation.streams.out << fmt::format(
      "removed {}, {}\n", printable(outcome.name),
      outcome.still_used ? "its file stays: another name refers to it"
                         : catalog::format_bytes(outcome.freed_bytes) + " freed");
  return {};
}

} // namespace

void add_rm(CLI::App& parent, Invocation& invocation) {
  auto name = std::make_shared<std::string>();
  CLI::App& command =
      add_command(parent, "rm", "Remove a model from this machine", "outpost rm smollm2-135m");
  command.add_option("name", *name, "as outpost list shows it")->required();
  command.callback([name, &invocation] {
    invocation.action = [name, &invocation] { return run(invocation, *name); };
  });
}

} // namespace outpost::cli
