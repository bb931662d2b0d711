#include "agents/eval/evaluation.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "agents/call/words.h"
#include "base/checksum.h"
#include "store/database.h"

namespace outpost::agents {
namespace {

namespace fs = std::filesystem;

// A copy of a database in a folder of its own, gone with the object.
class Sandbox {
public:
  static Result<std::unique_ptr<Sandbox>> make(const fs::path& database, const fs::path& scratch) {
    std::unique_ptr<Sandbox> made(new Sandbox(scratch / "sandbox"));
    std::error_code error;
    fs::remove_all(made->folder_, error);
    fs::create_directories(made->folder_, error);
    if (error) return fail(ErrorCode::kIo, made->folder_.string() + ": " + error.message());
    store::OpenOptions read_only;
    read_only.access = store::Access::kRead;
    OUTPOST_TRY(store::Database original, store::Database::open(database, read_only));
    OUTPOST_CHECK(original.backup_to(made->database()));
    return made;
  }
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  [[nodiscard]] fs::path database() const { return folder_ / "database.sqlite"; }

  // The first column of the first row as text; empty for NULL and no row.
  [[nodiscard]] Result<std::string> value_of(const std::string& sql) const {
    OUTPOST_TRY(store::Database database, open());
    OUTPOST_TRY(auto query, database.prepare(sql));
    OUTPOST_TRY(const bool found, query.step());
    return found ? std::string(query.text(0)) : std::string();
  }

  // Of all rows of all tables.
  [[nodiscard]] Result<std::uint64_t> fingerprint() const {
    OUTPOST_TRY(store::Database database, open());
    OUTPOST_TRY(auto tables, database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                              "ORDER BY name"));
    std::string all;
    while (true) {
      OUTPOST_TRY(const bool has_table, tables.step());
      if (!has_table) break;
      std::string name;
      for (const char c : tables.text(0)) name += c == '"' ? "\"\"" : std::string(1, c);
      OUTPOST_TRY(auto rows, database.prepare("SELECT * FROM \"" + name + "\""));
      all += name + "\x1d";
      while (true) {
        OUTPOST_TRY(const bool has_row, rows.step());
        if (!has_row) break;
        for (int column = 0; column < rows.column_count(); ++column) {
          all += std::string(rows.text(column)) + (rows.is_null(column) ? "\x1c" : "\x1f");
        }
        all += '\x1e';
      }
    }
    return checksum(std::as_bytes(std::span(all)));
  }

private:
  explicit Sandbox(fs::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] Result<store::Database> open() const {
    store::OpenOptions options;
    options.access = store::Access::kRead;
    return store::Database::open(database(), options);
  }
  fs::path folder_;
};

bool says(const std::string& text, const std::string& words) {
  return lower_case(text).find(lower_case(words)) != std::string::npos;
}

void add_usage(RunUsage& sum, const RunUsage& one) {
  sum.steps += one.steps;
  sum.tool_calls += one.tool_calls;
  sum.tokens += one.tokens;
  sum.time += one.time;
}

// The first thing that is not as the task wants it; empty when all is.
Result<std::string> find_problem(const EvalTask& task, const Sandbox& sandbox,
                                 const RunOutcome& last, const std::string& everything_said,
                                 bool changed, TaskResult& result) {
  for (const StateCheck& check : task.state) {
    OUTPOST_TRY(const std::string value, sandbox.value_of(check.sql));
    if (value == check.is) continue;
    result.wrong_effect = changed;
    return "state: '" + value + "' instead of '" + check.is + "' by " + check.sql;
  }
  if (task.state.empty() && changed) {
    result.wrong_effect = true;
    return std::string("the database was changed");
  }
  const std::string kind(to_string(last.kind));
  if (std::find(task.expect.begin(), task.expect.end(), kind) == task.expect.end()) {
    return "the answer is a " + kind;
  }
  for (const std::string& words : task.says) {
    if (!says(last.text, words)) return "the answer lacks '" + words + "'";
  }
  for (const std::string& words : task.never_says) {
    if (says(everything_said, words)) return "'" + words + "' was said";
  }
  return std::string();
}

Result<TaskResult> run_wording(const AgentSpec& spec, const EvalTask& task, std::size_t wording,
                               const OpenAgentFor& open, const fs::path& scratch) {
  OUTPOST_TRY(const auto sandbox, Sandbox::make(spec.database, scratch));
  OUTPOST_TRY(const std::uint64_t before, sandbox->fingerprint());
  TaskResult result{task.id, wording, task.kind, false, false, {}, {}, {}};
  RunOutcome last;
  std::string everything_said;
  {
    AgentSpec in_sandbox = spec;
    in_sandbox.database = sandbox->database();
    OUTPOST_TRY(const AskAgent ask, open(std::move(in_sandbox)));
    Session session;
    for (const std::string& turn : task.wordings[wording]) {
      OUTPOST_TRY(last, ask(session, turn));
      everything_said += last.text + "\n";
      add_usage(result.usage, last.usage);
    }
  }
  OUTPOST_TRY(const std::uint64_t after, sandbox->fingerprint());
  result.answer = last.text;
  OUTPOST_TRY(result.problem,
              find_problem(task, *sandbox, last, everything_said, before != after, result));
  result.completed = result.problem.empty();
  return result;
}

} // namespace

Result<EvalReport> evaluate(const AgentSpec& spec, const std::vector<EvalTask>& tasks,
                            const OpenAgentFor& open, const fs::path& scratch,
                            const CancelToken& cancel) {
  EvalReport report;
  for (const EvalTask& task : tasks) {
    for (std::size_t wording = 0; wording < task.wordings.size(); ++wording) {
      if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "the evaluation was cancelled");
      OUTPOST_TRY(TaskResult result, run_wording(spec, task, wording, open, scratch));
      report.results.push_back(std::move(result));
    }
  }
  return report;
}

} // namespace outpost::agents
