// `tools:` of an agent file: statements over its database.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "agents/spec/tool_fields.h"

namespace outpost::agents {

// A query that must give a row before anything is changed, and what is said when it gives none.
struct Precondition {
  std::string query;
  std::string otherwise;
};

// The SQL behind a tool. Arguments are bound as :name, absent ones as NULL; :request is the user's
// own text. A reading tool has `query`; a changing one `require`, `statements`, `result`, all of
// which run in one transaction.
struct SqlAction {
  std::string query;
  std::vector<Precondition> require;
  std::vector<std::string> statements;
  std::string result;
  std::vector<AnswerTemplate> answers;
  std::string no_rows; // what is said when `query` gives nothing
};

struct SqlTool {
  Tool tool;
  SqlAction action;
};

// `kinds` are those of the values section.
Status read_sql_tools(const yaml::YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                      std::vector<SqlTool>& into);

} // namespace outpost::agents
