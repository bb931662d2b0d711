#include "cli/list/list.h"

#include <fmt/format.h>

#include "app/model_store.h"
#include "catalog/units.h"
#include "cli/json.h"

namespace outpost::cli {
namespace {

std::string state_of(const catalog::ModelEntry& entry) {
  if (entry.installed) return "installed";
  return entry.partial_bytes == 0 ? "available"
                                  : catalog::format_bytes(entry.partial_bytes) + " pulled";
}

std::string entry_json(const catalog::ModelEntry& entry) {
  JsonObject object;
  object.add("name", entry.name);
  object.add("installed", entry.installed.has_value());
  if (entry.bytes) object.add("bytes", *entry.bytes);
  object.add("sha256", entry.digest.hex());
  object.add("license", entry.license);
  if (entry.installed) object.add("path", entry.path.string());
  return object.text();
}

Status run(const Invocation& invocation, bool all, bool json) {
  app::ModelStore store(invocation.environment);
  OUTPOST_TRY(std::vector<catalog::ModelEntry> entries, store.catalog().list());
  if (!all) std::erase_if(entries, [](const auto& entry) { return !entry.installed; });
  const Streams& streams = invocation.streams;
  if (json) {
    JsonLines array;
    for (const auto& entry : entries) array.add(entry_json(entry));
    streams.out << array.text() << "\n";
    return {};
  }
  for (const auto& entry : entries) {
    streams.out << fmt::format("{:<24} {:>10}  {:<12} {}\n", printable(entry.name),
                               entry.bytes ? catalog::format_bytes(*entry.bytes) : "?",
                               state_of(entry), printable(entry.license));
  }
  if (entries.empty()) {
    streams.err << "no model is installed; outpost list --all shows what can be pulled by name\n";
  }
  return {};
}

} // namespace

void add_list(CLI::App& parent, Invocation& invocation) {
  struct Options {
    bool all = false, json = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(parent, "list", "List the models of this machine",
                                  "outpost list\noutpost list --all --json");
  command.add_flag("--all", options->all, "also aliases that are not installed");
  command.add_flag("--json", options->json, "print a JSON array");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] {
      return run(invocation, options->all, options->json);
    };
  });
}

} // namespace outpost::cli
