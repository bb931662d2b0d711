#include "agents/tools/sql_toolset.h"

#include <algorithm>

#include "agents/tools/answer_template.h"
#include "agents/tools/sql_check.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

// Boost.JSON's value as SQLite stores it. Lists and objects can't be bound; schemas have none.
Result<store::Value> sql_value(std::string_view name, const json::value& value) {
  switch (value.kind()) {
  case json::kind::null: return store::Value{};
  case json::kind::bool_: return store::Value{std::int64_t{value.get_bool() ? 1 : 0}};
  case json::kind::int64: return store::Value{value.get_int64()};
  case json::kind::double_: return store::Value{value.get_double()};
  case json::kind::string: {
    const json::string& text = value.get_string();
    return store::Value{std::string(text.data(), text.size())};
  }
  default: break;
  }
  return fail(ErrorCode::kInvalidArgument,
              "argument '" + std::string(name) + "' is not a value that SQL can take");
}

Status bind_arguments(store::Statement& statement, const Call& call, const CallContext& context) {
  for (int i = 1; i <= statement.parameter_count(); ++i) {
    const std::string_view name = statement.parameter_name(i).substr(1);
    if (name == "request") {
      OUTPOST_CHECK(statement.bind(i, std::string_view(context.request)));
      continue;
    }
    const json::value* given = call.arguments.if_contains(name);
    OUTPOST_TRY(const store::Value value, sql_value(name, given ? *given : json::value()));
    OUTPOST_CHECK(statement.bind(i, value));
  }
  return {};
}

json::value column_value(const store::Statement& row, int column) {
  const store::Value value = row.value(column);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return json::string(*text);
  return nullptr; // NULL; bytes have no place in an answer
}

struct Rows {
  std::vector<json::object> rows;
  bool has_more = false;
};

Result<Rows> read_rows(store::Statement& statement, const SqlLimits& limits) {
  Rows read;
  std::size_t bytes = 0;
  while (true) {
    OUTPOST_TRY(const bool has_row, statement.step());
    if (!has_row) return read;
    json::object row;
    for (int i = 0; i < statement.column_count(); ++i) {
      bytes += statement.text(i).size();
      row[statement.column_name(i)] = column_value(statement, i);
    }
    if (read.rows.size() == limits.rows || bytes > limits.bytes) {
      read.has_more = true;
      return read;
    }
    read.rows.push_back(std::move(row));
  }
}

Result<Rows> run_query(store::Database& database, const std::string& sql, const Call& call,
                       const CallContext& context, const SqlLimits& limits) {
  OUTPOST_TRY(auto statement, database.prepare(sql));
  OUTPOST_CHECK(bind_arguments(statement, call, context));
  return read_rows(statement, limits);
}

// One line for each row, and a word when there are more than are shown.
ToolResult state_rows(const SqlAction& action, Rows read, const Call& call) {
  ToolResult result;
  json::array rows;
  for (json::object& row : read.rows) {
    if (!result.statement.empty()) result.statement += '\n';
    result.statement += state_row(action.answers, row, call.arguments);
    rows.emplace_back(std::move(row));
  }
  if (read.has_more) result.statement += "\n(There are more.)";
  result.content = json::object{{"rows", std::move(rows)}, {"has_more", read.has_more}};
  return result;
}

ToolResult refusal(std::string statement) {
  ToolResult result;
  result.outcome = ToolResult::Outcome::kRefused;
  result.content = json::object{{"refused", statement}};
  result.statement = std::move(statement);
  return result;
}

} // namespace

SqlToolset::SqlToolset(store::Database reader, std::optional<store::Database> writer,
                       const AgentSpec& spec, const SqlLimits& limits)
    : reader_(std::move(reader)), writer_(std::move(writer)), limits_(limits) {
  for (const SqlTool& tool : spec.tools) {
    tools_.push_back(tool.tool);
    actions_.push_back(tool.action);
  }
}

Result<std::unique_ptr<SqlToolset>> SqlToolset::open(const AgentSpec& spec,
                                                     const SqlLimits& limits) {
  store::OpenOptions options;
  options.access = store::Access::kRead;
  OUTPOST_TRY(store::Database reader, store::Database::open(spec.database, options));
  std::optional<store::Database> writer;
  const bool writes = std::any_of(spec.tools.begin(), spec.tools.end(), [](const SqlTool& tool) {
    return tool.tool.effect != Effect::kRead;
  });
  if (writes) {
    options.access = store::Access::kRows;
    OUTPOST_TRY(writer, store::Database::open(spec.database, options));
  }
  for (const SqlTool& tool : spec.tools) {
    OUTPOST_CHECK(check_sql(tool, reader, writer ? &*writer : nullptr));
  }
  std::unique_ptr<SqlToolset> toolset(
      new SqlToolset(std::move(reader), std::move(writer), spec, limits));
  for (const Tool& tool : toolset->tools_) { // a lookup that fails should fail now
    for (const Parameter& parameter : tool.parameters) {
      OUTPOST_CHECK(toolset->known_values(parameter.kind));
    }
  }
  return toolset;
}

Result<ToolResult> SqlToolset::call(const Call& call, const CallContext& context) {
  const auto at = std::find_if(tools_.begin(), tools_.end(),
                               [&call](const Tool& tool) { return tool.name == call.tool; });
  if (at == tools_.end()) return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool + "'");
  const SqlAction& action = actions_[static_cast<std::size_t>(at - tools_.begin())];
  return at->effect == Effect::kRead ? read(action, call, context) : change(action, call, context);
}

Result<ToolResult> SqlToolset::read(const SqlAction& action, const Call& call,
                                    const CallContext& context) {
  reader_.set_cancel(context.cancel);
  OUTPOST_TRY(Rows rows, run_query(reader_, action.query, call, context, limits_));
  if (!rows.rows.empty()) return state_rows(action, std::move(rows), call);
  ToolResult nothing = state_rows(action, {}, call);
  nothing.outcome = ToolResult::Outcome::kNothing;
  nothing.statement = fill_template(action.no_rows, {}, call.arguments);
  return nothing;
}

Result<ToolResult> SqlToolset::change(const SqlAction& action, const Call& call,
                                      const CallContext& context) {
  writer_->set_cancel(context.cancel);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(*writer_));
  for (const Precondition& precondition : action.require) {
    OUTPOST_TRY(const Rows found, run_query(*writer_, precondition.query, call, context, limits_));
    if (found.rows.empty())
      return refusal(fill_template(precondition.otherwise, {}, call.arguments));
  }
  std::int64_t changed = 0;
  for (const std::string& sql : action.statements) {
    OUTPOST_TRY(auto statement, writer_->prepare(sql));
    OUTPOST_CHECK(bind_arguments(statement, call, context));
    OUTPOST_CHECK(read_rows(statement, limits_));
    changed += writer_->changes();
  }
  if (changed == 0) return refusal("Nothing was changed.");
  OUTPOST_TRY(Rows rows, run_query(*writer_, action.result, call, context, limits_));
  if (rows.rows.empty()) {
    return fail(ErrorCode::kConflict,
                "the result of '" + call.tool + "' could not be read back; nothing was changed");
  }
  OUTPOST_CHECK(transaction.commit());
  return state_rows(action, std::move(rows), call);
}

Result<std::vector<std::string>> SqlToolset::known_values(const ValueKind& kind) {
  std::vector<std::string> values;
  if (kind.lookup.empty()) return values;
  reader_.set_cancel({}); // the last call's may be cancelled
  OUTPOST_TRY(auto statement, reader_.prepare(kind.lookup));
  if (statement.parameter_count() != 0 || statement.column_count() != 1) {
    return fail(ErrorCode::kInvalidArgument,
                "the lookup of '" + kind.name + "' must give one column and take no parameter");
  }
  while (true) {
    OUTPOST_TRY(const bool has_row, statement.step());
    if (!has_row) return values;
    if (values.size() == limits_.lookup_rows) {
      return fail(ErrorCode::kLimitExceeded, "the lookup of '" + kind.name + "' gives more than " +
                                                 std::to_string(limits_.lookup_rows) + " values");
    }
    values.emplace_back(statement.text(0));
  }
}

} // namespace outpost::agents
