#include "agents/outbox/simulated_line.h"

namespace outpost::agents {
namespace {

constexpr std::string_view kLineSchema =
    "CREATE TABLE IF NOT EXISTS effects(id INTEGER PRIMARY KEY, key TEXT, tool TEXT, box INTEGER, "
    "number INTEGER)";

Tool tool(const std::string& name, Effect effect) {
  Tool made{.name = name, .description = name + " something"};
  for (const char* parameter : {"box", "number"}) {
    made.parameters.push_back({parameter, {.name = parameter, .type = ValueType::kInteger}, true});
  }
  made.effect = effect;
  return made;
}

std::int64_t number_of(const Call& call, const char* name) {
  const auto* value = call.arguments.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

} // namespace

SimulatedLine::SimulatedLine(store::Database database, std::function<Cut()> cut)
    : database_(std::move(database)), cut_(std::move(cut)),
      tools_{tool("send", Effect::kReversible), tool("pay", Effect::kIrreversible),
             tool("look", Effect::kRead)} {}

Result<std::unique_ptr<SimulatedLine>> SimulatedLine::over(store::Database database,
                                                           std::function<Cut()> cut) {
  OUTPOST_CHECK(database.execute(kLineSchema));
  return std::unique_ptr<SimulatedLine>(new SimulatedLine(std::move(database), std::move(cut)));
}

Result<std::unique_ptr<SimulatedLine>> SimulatedLine::open(const std::filesystem::path& receiver,
                                                           std::function<Cut()> cut) {
  OUTPOST_TRY(store::Database database, store::Database::open(receiver));
  return over(std::move(database), std::move(cut));
}

Result<std::unique_ptr<SimulatedLine>> SimulatedLine::open_in_memory(std::function<Cut()> cut) {
  OUTPOST_TRY(store::Database database, store::Database::open_in_memory());
  return over(std::move(database), std::move(cut));
}

Result<ToolResult> SimulatedLine::call(const Call& call, const CallContext& context) {
  const Cut cut = cut_();
  if (cut == Cut::kBefore) return fail(ErrorCode::kUnavailable, "the line was cut");
  if (call.tool != "look") {
    OUTPOST_TRY(auto insert,
                database_.prepare("INSERT INTO effects SELECT NULL, ?1, ?2, ?3, ?4 WHERE ?2 = "
                                  "'pay' OR NOT EXISTS (SELECT 1 FROM effects WHERE key = ?1)"));
    OUTPOST_CHECK(insert.run(std::string_view(context.idempotency_key), std::string_view(call.tool),
                             number_of(call, "box"), number_of(call, "number")));
  }
  if (cut == Cut::kAfter) return fail(ErrorCode::kUnavailable, "the line was cut");
  ToolResult result;
  result.statement = "done";
  return result;
}

std::int64_t SimulatedLine::effects(const std::string& key) {
  auto query = database_.prepare("SELECT count(*) FROM effects WHERE key = ?");
  if (!query || !query->bind_all(std::string_view(key)) || !query->step()) return 0;
  return query->integer(0);
}

std::vector<std::int64_t> SimulatedLine::numbers(std::int64_t box) {
  std::vector<std::int64_t> found;
  auto query =
      database_.prepare("SELECT number FROM effects WHERE tool = 'send' AND box = ? ORDER BY id");
  if (!query || !query->bind_all(box)) return found;
  while (query->step().value_or(false)) found.push_back(query->integer(0));
  return found;
}

} // namespace outpost::agents
