#include "agents/tools/sql_check.h"

#include <algorithm>

#include "agents/tools/answer_template.h"
#include "base/assert.h"
#include "base/edit_distance.h"

namespace outpost::agents {
namespace {

class SqlChecker {
public:
  explicit SqlChecker(const SqlTool& tool) : tool_(tool) {
    for (const Parameter& parameter : tool.tool.parameters) parameters_.push_back(parameter.name);
  }

  // The statement's columns.
  Result<std::vector<std::string>> statement(store::Database& database, const std::string& sql,
                                             std::string_view what, bool must_read) {
    auto prepared = database.prepare(sql);
    if (!prepared) return wrong(what, prepared.error().message);
    if (must_read && !prepared->is_read_only()) return wrong(what, "it changes data");
    for (int i = 1; i <= prepared->parameter_count(); ++i) {
      OUTPOST_CHECK(parameter(prepared->parameter_name(i), what));
    }
    std::vector<std::string> columns;
    for (int i = 0; i < prepared->column_count(); ++i)
      columns.emplace_back(prepared->column_name(i));
    return columns;
  }

  Status answer(std::string_view text, const std::vector<std::string>& columns,
                std::string_view what) {
    for (const std::string& name : template_names(text)) {
      if (is_one_of(name, columns) || is_one_of(name, parameters_)) continue;
      return wrong(what, "{" + name + "} is neither a column nor a parameter" +
                             nearest_of(name, columns));
    }
    return {};
  }

  Status conditions(const AnswerTemplate& answer, const std::vector<std::string>& columns) {
    for (const auto& [column, value] : answer.when) {
      if (is_one_of(column, columns)) continue;
      return wrong("answer",
                   "'" + column + "' is no column of the query" + nearest_of(column, columns));
    }
    return {};
  }

private:
  static bool is_one_of(std::string_view name, const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  static std::string nearest_of(std::string_view name, const std::vector<std::string>& names) {
    const auto nearest = nearest_name(name, {names.begin(), names.end()});
    return nearest ? "; did you mean '" + std::string(*nearest) + "'?" : "";
  }

  Status parameter(std::string_view name, std::string_view what) {
    if (name.empty() || name.front() != ':') {
      return wrong(what, "'?' parameters can't be filled; write them as :name");
    }
    const std::string_view plain = name.substr(1);
    if (plain == "request" || is_one_of(plain, parameters_)) return {};
    return wrong(what, "it uses '" + std::string(name) + "', which the tool does not have" +
                           nearest_of(plain, parameters_));
  }

  tl::unexpected<Error> wrong(std::string_view what, const std::string& reason) {
    return fail(ErrorCode::kInvalidArgument,
                "tool '" + tool_.tool.name + "', " + std::string(what) + ": " + reason);
  }

  const SqlTool& tool_;
  std::vector<std::string> parameters_;
};

Status check_answers(SqlChecker& checker, const SqlAction& action,
                     const std::vector<std::string>& columns) {
  for (const AnswerTemplate& answer : action.answers) {
    OUTPOST_CHECK(checker.conditions(answer, columns));
    OUTPOST_CHECK(checker.answer(answer.say, columns, "answer"));
  }
  return checker.answer(action.no_rows, {}, "no_rows");
}

} // namespace

Status check_sql(const SqlTool& tool, store::Database& reader, store::Database* writer) {
  SqlChecker checker(tool);
  const SqlAction& action = tool.action;
  if (tool.tool.effect == Effect::kRead) {
    OUTPOST_TRY(const auto columns, checker.statement(reader, action.query, "query", true));
    return check_answers(checker, action, columns);
  }
  OUTPOST_ASSERT(writer != nullptr);
  for (const Precondition& precondition : action.require) {
    OUTPOST_CHECK(checker.statement(*writer, precondition.query, "precondition", true));
    OUTPOST_CHECK(checker.answer(precondition.otherwise, {}, "otherwise"));
  }
  for (const std::string& sql : action.statements) {
    OUTPOST_CHECK(checker.statement(*writer, sql, "statement", false));
  }
  OUTPOST_TRY(const auto columns, checker.statement(*writer, action.result, "result", true));
  return check_answers(checker, action, columns);
}

} // namespace outpost::agents
