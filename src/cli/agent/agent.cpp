#include "cli/agent/agent.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "agents/learning/lesson.h"
#include "agents/tools/sql_toolset.h"
#include "app/agents/memory_files.h"
#include "app/run_log.h"
#include "base/clock.h"
#include "chat/json_value.h"
#include "cli/files.h"
#include "cli/json.h"

namespace outpost::cli {
namespace {

struct Options {
  std::string file;
  std::string principal = "local";
  std::string cases;
  std::string questions;
  std::vector<std::string> runs;
  bool diff = false;
  bool apply = false;
  bool undo = false;
};

std::string text_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// What a run did, from its log: kInvalidArgument unless it chose exactly one thing, by itself.
Status confirm_run(agents::RunLog& log, agents::Memory& memory, const std::string& id) {
  OUTPOST_TRY(const auto events, log.show(id));
  agents::MemoryScope scope;
  agents::MemoryCase one;
  std::size_t choices = 0;
  for (const agents::StoredEvent& event : events) {
    OUTPOST_TRY(const auto body, chat::parse_json(event.body));
    if (!body.is_object()) continue;
    const boost::json::object& object = body.get_object();
    if (event.kind == "run_started") {
      scope = {{text_at(object, "principal")}, text_at(object, "agent")};
      one.request = text_at(object, "request");
    } else if (event.kind == "tool_chosen") {
      ++choices;
      one.plan = text_at(object, "chosen");
    } else if (event.kind == "call_finished") {
      one.calls = event.body;
      one.outcome = text_at(object, "outcome");
    }
  }
  if (choices != 1 || one.plan.empty() || one.plan == "none") {
    return fail(ErrorCode::kInvalidArgument,
                "run " + id + " chose " + std::to_string(choices) +
                    " tools or replies; only runs that chose one can be learnt from");
  }
  one.confirmed = true;
  one.time_ms = SystemClock().wall_ms();
  one.label = chat::user_label();
  OUTPOST_CHECK(memory.remember(scope, one));
  return {};
}

Status confirm(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(agents::RunLog log, app::open_run_log(invocation.environment));
  OUTPOST_TRY(const auto memory, app::open_memory(invocation.environment.data_folder));
  for (const std::string& run : options.runs) OUTPOST_CHECK(confirm_run(log, *memory, run));
  invocation.streams.err << fmt::format("{} confirmed\n", options.runs.size());
  return {};
}

Result<std::vector<agents::ConfirmedUse>> read_uses(const std::string& path) {
  OUTPOST_TRY(const std::string lines, read_text(path));
  return agents::parse_uses(lines, path);
}

Result<std::vector<agents::ConfirmedUse>>
confirmed_uses(const Invocation& invocation, const Options& options, const std::string& agent) {
  if (!options.cases.empty()) return read_uses(options.cases);
  OUTPOST_TRY(const auto memory, app::open_memory(invocation.environment.data_folder));
  OUTPOST_TRY(const auto cases, memory->confirmed_cases({{options.principal}, agent}));
  std::vector<agents::ConfirmedUse> uses;
  for (const agents::MemoryCase& one : cases) uses.push_back({one.request, one.plan});
  return uses;
}

void print(const Streams& streams, const agents::Lesson& lesson) {
  for (const agents::ConfirmedUse& use : lesson.added) {
    streams.out << "+ " << use.tool << ": " << printable(use.request) << "\n";
  }
  for (const std::string& tool : lesson.rejected) {
    streams.out << "! " << tool << ": rejected, stored questions would go worse\n";
  }
  const agents::LearnedState& state = lesson.state;
  streams.out << fmt::format(
      "version {}: {} new uses; of {} questions right: {} before, {} after\n", state.version,
      lesson.added.size(), state.questions, state.right_before, state.right_after);
}

Status learn(const Invocation& invocation, const Options& options) {
  if (options.undo) {
    OUTPOST_CHECK(agents::pop_learned(options.file));
    OUTPOST_TRY(const auto now, agents::read_learned(options.file));
    invocation.streams.err << fmt::format("back at version {}\n", now.version);
    return {};
  }
  OUTPOST_TRY(const std::string text, read_text(options.file));
  const std::filesystem::path path(options.file);
  OUTPOST_TRY(const agents::AgentSpec declared,
              agents::parse_agent(text, options.file, path.parent_path()));
  OUTPOST_TRY(const auto now, agents::read_learned(path));
  OUTPOST_TRY(const auto uses, confirmed_uses(invocation, options, declared.name));
  std::vector<agents::ConfirmedUse> questions;
  if (!options.questions.empty()) {
    OUTPOST_TRY(questions, read_uses(options.questions));
  }
  OUTPOST_TRY(const auto tools, agents::SqlToolset::open(declared));
  OUTPOST_TRY(const agents::Lesson lesson,
              agents::learn(declared, now, uses, questions, *tools, SystemClock().wall_ms()));
  print(invocation.streams, lesson);
  if (!options.apply || lesson.added.empty()) return {};
  return agents::push_learned(path, lesson.state);
}

void add_confirm(CLI::App& command, const std::shared_ptr<Options>& options,
                 Invocation& invocation) {
  CLI::App& made = add_command(command, "confirm", "Say that runs did the right thing",
                               "outpost agent confirm 4f2a 81c0");
  made.add_option("runs", options->runs, "ids of runs, or their beginnings")->required();
  made.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return confirm(invocation, *options); };
  });
}

void add_learn(CLI::App& command, const std::shared_ptr<Options>& options, Invocation& invocation) {
  CLI::App& made = add_command(command, "learn", "Learn from confirmed runs, if nothing gets worse",
                               "outpost agent learn agent.yaml --diff\n"
                               "outpost agent learn agent.yaml --apply --questions stored.jsonl\n"
                               "outpost agent learn agent.yaml --undo");
  made.add_option("file", options->file, "the agent file")->required();
  made.add_option("--principal", options->principal, "whose confirmed runs")->capture_default_str();
  made.add_option("--cases", options->cases,
                  R"(learn from this file instead: lines of {"request", "tool"})");
  made.add_option("--questions", options->questions,
                  "a stored evaluation that must not get worse: lines of the same form");
  CLI::Option* diff =
      made.add_flag("--diff", options->diff, "only show what would be learnt (the default)");
  CLI::Option* apply = made.add_flag("--apply", options->apply, "learn it");
  CLI::Option* undo = made.add_flag("--undo", options->undo, "take the last lesson back");
  apply->excludes(diff);
  undo->excludes(diff)->excludes(apply);
  made.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return learn(invocation, *options); };
  });
}

} // namespace

void add_agent(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(parent, "agent", "Let an agent learn from confirmed runs",
                                  "outpost agent confirm 4f2a\noutpost agent learn agent.yaml");
  command.require_subcommand(1);
  add_confirm(command, options, invocation);
  add_learn(command, options, invocation);
}

} // namespace outpost::cli
