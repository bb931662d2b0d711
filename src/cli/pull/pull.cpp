#include "cli/pull/pull.h"

#include <fmt/format.h>

#include "app/model_store.h"
#include "catalog/units.h"
#include "cli/json.h"
#include "cli/pull/progress.h"

namespace outpost::cli {
namespace {

struct Options {
  std::string what;
  bool json = false;
};

Status run(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const catalog::PullOutcome outcome, pull_with_progress(invocation, options.what));
  const catalog::InstalledModel& model = outcome.model;
  const Streams& streams = invocation.streams;
  if (options.json) {
    JsonObject object;
    object.add("name", model.name);
    object.add("path", outcome.path.string());
    object.add("bytes", model.bytes);
    object.add("sha256", model.digest.hex());
    object.add("source", model.source);
    object.add("license", model.license);
    object.add("was_there", outcome.was_there);
    streams.out << object.text() << "\n";
    return {};
  }
  streams.out << fmt::format("{}  {}  sha256:{}\n", printable(model.name),
                             catalog::format_bytes(model.bytes), model.digest.hex());
  if (!model.digest_was_known) {
    streams.err << "nobody had stated its digest before: trusted on first use\n";
  }
  if (outcome.was_there) streams.err << "it was here already\n";
  return {};
}

} // namespace

Result<catalog::PullOutcome> pull_with_progress(const Invocation& invocation,
                                                const std::string& what) {
  app::ModelStore store(invocation.environment);
  ProgressLine line(invocation.streams);
  auto outcome = store.catalog().pull(
      what, [&line](const catalog::Progress& progress) { line.show(progress); },
      invocation.cancel.token());
  line.finish();
  return outcome;
}

void add_pull(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      parent, "pull", "Bring a model to this machine; again after a cut goes on",
      "outpost pull smollm2-135m\n"
      "outpost pull hf://bartowski/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct-Q8_0.gguf\n"
      "outpost pull llama3.2:1b\n"
      "outpost pull file:///media/usb/model.gguf");
  command
      .add_option(
          "what", options->what,
          "an alias (outpost list), hf://, ollama://, https://, file://, pypi://, or name:tag")
      ->required();
  command.add_flag("--json", options->json, "print one JSON object");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
