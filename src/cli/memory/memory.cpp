#include "cli/memory/memory.h"

#include <fmt/format.h>

#include "app/agents/memory_files.h"
#include "base/clock.h"
#include "cli/json.h"
#include "cli/times.h"

namespace outpost::cli {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

struct Options {
  std::string principal = "local";
  std::string agent;
  std::string request;    // what to recall
  std::string containing; // what to forget
  std::int64_t turn = 0;
  std::int64_t older_days = 0;
  bool everything = false;
  bool json = false;
};

void print(const Invocation& invocation, const agents::Recollection& found, bool json) {
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const agents::MemoryItem& item : found.items) {
    if (json) {
      JsonObject object;
      object.add("kind", to_string(item.kind));
      object.add("source", item.source);
      object.add("text", item.text);
      object.add("time_ms", item.time_ms);
      array.add(object.text());
    } else {
      streams.out << fmt::format("{:<20} {}\n", item.source, printable(item.text));
    }
  }
  if (json) streams.out << array.text() << "\n";
  if (!json && found.items.empty()) streams.err << "nothing that fits is remembered\n";
}

Status recall(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const auto memory, app::open_memory(invocation.environment.data_folder));
  agents::RecallRequest request;
  request.scope = {{options.principal}, options.agent};
  request.request = options.request;
  request.now_ms = SystemClock().wall_ms();
  request.cases_max = 1;
  OUTPOST_TRY(const agents::Recollection found, memory->recall(request));
  print(invocation, found, options.json);
  return {};
}

// Facts that hold now, of the principal; with a request what an agent would be told.
Status show(const Invocation& invocation, const Options& options) {
  if (!options.request.empty()) return recall(invocation, options);
  OUTPOST_TRY(const auto memory, app::open_memory(invocation.environment.data_folder));
  OUTPOST_TRY(const auto facts, memory->facts({options.principal}, SystemClock().wall_ms()));
  agents::Recollection found;
  for (const agents::MemoryFact& fact : facts) {
    found.items.push_back({agents::MemoryItem::Kind::kFact, fact.id,
                           fmt::format("{} {}: {} (since {})", fact.subject, fact.relation,
                                       fact.value, day_text(fact.valid_from_ms)),
                           fmt::format("fact {}", fact.id), fact.valid_from_ms, 0, fact.label});
  }
  print(invocation, found, options.json);
  return {};
}

Status export_all(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const auto memory, app::open_memory(invocation.environment.data_folder));
  OUTPOST_TRY(const std::string lines, memory->export_lines({options.principal}));
  invocation.streams.out << lines;
  return {};
}

Status forget(const Invocation& invocation, const Options& options) {
  agents::ForgetRequest request{{options.principal}, options.agent, {}, {}, options.containing};
  if (options.turn != 0) request.turn = options.turn;
  if (options.older_days != 0) {
    request.before_ms = SystemClock().wall_ms() - options.older_days * kDayMs;
  }
  const bool narrowed = request.turn || request.before_ms || !request.containing.empty();
  if (narrowed == options.everything) {
    return fail(ErrorCode::kInvalidArgument, "say what to forget",
                "--turn, --older-than, --containing, or --all for everything of the principal");
  }
  OUTPOST_TRY(const auto memory, app::open_memory(invocation.environment.data_folder));
  OUTPOST_TRY(const std::size_t gone, memory->forget(request));
  invocation.streams.err << fmt::format("{} entries are gone\n", gone);
  return {};
}

using Action = Status (*)(const Invocation&, const Options&);

CLI::App& add_action(CLI::App& command, const std::string& name, const std::string& purpose,
                     const std::string& example, const std::shared_ptr<Options>& options,
                     Action action, Invocation& invocation) {
  CLI::App& made = add_command(command, name, purpose, example);
  made.add_option("--principal", options->principal, "whose memory")->capture_default_str();
  made.callback([options, action, &invocation] {
    invocation.action = [options, action, &invocation] { return action(invocation, *options); };
  });
  return made;
}

} // namespace

void add_memory(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "memory", "Show, export or forget what agents remember",
                  "outpost memory show\noutpost memory forget --containing \"door code\"");
  command.require_subcommand(1);
  CLI::App& shown = add_action(command, "show", "Show facts, or what a request would recall",
                               "outpost memory show\n"
                               "outpost memory show --agent clinic \"when was my appointment?\"",
                               options, show, invocation);
  shown.add_option("request", options->request, "recall for this");
  shown.add_option("--agent", options->agent, "whose turns and cases, for a request");
  shown.add_flag("--json", options->json, "print JSON");
  add_action(command, "export", "Print everything of a principal as JSON Lines",
             "outpost memory export --principal ana > ana.jsonl", options, export_all, invocation);
  CLI::App& forgotten =
      add_action(command, "forget", "Forget for good",
                 "outpost memory forget --turn 17\noutpost memory forget --older-than 90\n"
                 "outpost memory forget --principal ana --all",
                 options, forget, invocation);
  forgotten.add_option("--agent", options->agent, "only of this agent");
  forgotten.add_option("--turn", options->turn, "the entry of this id, and the facts it stated")
      ->check(CLI::PositiveNumber);
  forgotten.add_option("--older-than", options->older_days, "days")->check(CLI::Range(1, 36'500));
  forgotten.add_option("--containing", options->containing, "entries that have all these words");
  forgotten.add_flag("--all", options->everything, "everything");
}

} // namespace outpost::cli
