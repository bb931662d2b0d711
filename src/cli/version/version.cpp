#include "cli/version/version.h"

#include <fmt/format.h>

#include "cli/json.h"
#include "kernels/kernels.h"
#include "platform/cpu.h"

namespace outpost::cli {
namespace {

Status run(const Invocation& invocation, bool json) {
  const auto cpu = platform::cpu_features();
  OUTPOST_TRY(const auto kernels, kernels::select_kernels(cpu, invocation.environment.forced_isa));
  const auto cores = platform::usable_cores().size();
  if (json) {
    JsonObject object;
    object.add("version", OUTPOST_VERSION);
    object.add("isa", kernels.isa);
    object.add("cpu", cpu.name);
    object.add("cores", cores);
    invocation.streams.out << object.text() << "\n";
  } else {
    invocation.streams.out << fmt::format("outpost {} ({} kernels; {}, {} core(s))\n",
                                          OUTPOST_VERSION, kernels.isa, cpu.name, cores);
  }
  return {};
}

} // namespace

void add_version(CLI::App& parent, Invocation& invocation) {
  auto json = std::make_shared<bool>(false);
  CLI::App& command = add_command(parent, "version", "Say what this build is", "outpost version");
  command.add_flag("--json", *json, "print one JSON object");
  command.callback([json, &invocation] {
    invocation.action = [json, &invocation] { return run(invocation, *json); };
  });
}

} // namespace outpost::cli
