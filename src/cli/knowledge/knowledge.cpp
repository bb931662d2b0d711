#include "cli/knowledge/knowledge.h"

#include <fmt/format.h>

#include "agents/retrieval/days.h"
#include "app/agents/memory_files.h"
#include "base/clock.h"
#include "cli/json.h"

namespace outpost::cli {
namespace {

struct Options {
  std::string folder;
  std::string query;
  std::size_t most = 3;
  bool json = false;
};

Status index(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const auto base,
              app::open_knowledge(invocation.environment.data_folder, options.folder));
  OUTPOST_TRY(const agents::IndexReport report, base->index(invocation.cancel.token()));
  const Streams& streams = invocation.streams;
  for (const std::string& failed : report.failed) streams.err << printable(failed) << "\n";
  streams.out << fmt::format(
      "{} added, {} changed, {} removed, {} unchanged, {} failed; {} passages\n", report.added,
      report.changed, report.removed, report.unchanged, report.failed.size(), report.passages);
  return {};
}

Status search(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const auto base,
              app::open_knowledge(invocation.environment.data_folder, options.folder));
  OUTPOST_TRY(const auto hits,
              base->search(options.query, options.most, invocation.cancel.token()));
  const std::int64_t now = SystemClock().wall_ms();
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const agents::KnowledgeHit& hit : hits) {
    const std::string age = agents::age_text(hit.changed_ms, now);
    if (options.json) {
      JsonObject object;
      object.add("source", hit.source());
      object.add("age", age);
      object.add("coverage", hit.coverage);
      object.add("text", hit.passage.text);
      array.add(object.text());
    } else {
      streams.out << printable(hit.source()) << " (" << age << ")\n  "
                  << printable(hit.passage.text) << "\n";
    }
  }
  if (options.json) streams.out << array.text() << "\n";
  if (!options.json && hits.empty()) {
    streams.err << "nothing that fits; outpost knowledge index FOLDER reads new documents\n";
  }
  return {};
}

} // namespace

void add_knowledge(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(parent, "knowledge", "Index and search a folder of documents",
                                  "outpost knowledge index docs\n"
                                  "outpost knowledge search docs \"how long is the warranty?\"");
  command.require_subcommand(1);
  CLI::App& indexing =
      add_command(command, "index", "Read what changed (text, Markdown, PDF by pdftotext)",
                  "outpost knowledge index docs");
  indexing.add_option("folder", options->folder, "the documents")->required();
  indexing.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return index(invocation, *options); };
  });
  CLI::App& searching = add_command(command, "search", "Print the passages that fit best",
                                    "outpost knowledge search docs \"warranty\" --most 5 --json");
  searching.add_option("folder", options->folder, "the documents")->required();
  searching.add_option("query", options->query, "what to look for")->required();
  searching.add_option("--most", options->most, "how many passages")
      ->check(CLI::Range(std::size_t{1}, std::size_t{50}))
      ->capture_default_str();
  searching.add_flag("--json", options->json, "print JSON");
  searching.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return search(invocation, *options); };
  });
}

} // namespace outpost::cli
