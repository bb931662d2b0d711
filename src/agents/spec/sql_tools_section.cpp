#include "agents/spec/sql_tools_section.h"

#include <algorithm>

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

constexpr std::size_t kToolsMax = 256;

class SqlToolsReader {
public:
  SqlToolsReader(std::string_view origin, const ValueKinds& kinds)
      : origin_(origin), kinds_(kinds) {}

  Status read(const YamlNode& node, std::vector<SqlTool>& into) {
    const Status read = read_each(node, origin_, "tools", [&](const YamlNode& item) -> Status {
      OUTPOST_TRY(SqlTool made, tool(item));
      const auto same = [&made](const SqlTool& other) { return other.tool.name == made.tool.name; };
      if (std::any_of(into.begin(), into.end(), same)) {
        return yaml_error(origin_, item.place, "there are two tools '" + made.tool.name + "'");
      }
      into.push_back(std::move(made));
      return {};
    });
    if (!read) return read;
    if (into.empty() || into.size() > kToolsMax) {
      return yaml_error(origin_, node.place,
                        "an agent has 1 to " + std::to_string(kToolsMax) + " tools, here are " +
                            std::to_string(into.size()));
    }
    return {};
  }

private:
  Result<SqlTool> tool(const YamlNode& node) {
    SqlTool made;
    const YamlNode* transaction = nullptr;
    YamlFields fields(node, origin_, "a tool");
    add_tool_fields(fields, origin_, kinds_, made.tool);
    fields.optional("query", made.action.query)
        .optional("transaction",
                  [&](const YamlNode& value) -> Status {
                    transaction = &value;
                    return read_transaction(value, made.action);
                  })
        .required("answer",
                  [&](const YamlNode& value) {
                    return read_answers(value, origin_, made.action.answers);
                  })
        .optional("no_rows", made.action.no_rows);
    OUTPOST_CHECK(fields.finish());
    OUTPOST_CHECK(check_action(node, made, transaction != nullptr));
    return made;
  }

  Status check_action(const YamlNode& node, const SqlTool& made, bool has_transaction) {
    const std::string subject = "tool '" + made.tool.name + "' ";
    const bool reads = made.tool.effect == Effect::kRead;
    if (reads && (made.action.query.empty() || has_transaction)) {
      return yaml_error(origin_, node.place,
                        subject + "has the effect 'read' and needs a 'query' only");
    }
    if (!reads && (!made.action.query.empty() || !has_transaction)) {
      return yaml_error(origin_, node.place,
                        subject + "changes data and needs a 'transaction' instead of a 'query'");
    }
    if (reads && made.action.no_rows.empty()) {
      return yaml_error(origin_, node.place,
                        subject + "has no 'no_rows': what to say when the query finds nothing");
    }
    return {};
  }

  Status read_transaction(const YamlNode& node, SqlAction& into) {
    YamlFields fields(node, origin_, "a transaction");
    fields.optional("require", [&](const YamlNode& list) {
      return read_each(list, origin_, "preconditions", [&](const YamlNode& item) -> Status {
        Precondition made;
        YamlFields inner(item, origin_, "a precondition");
        inner.required("query", made.query).required("otherwise", made.otherwise);
        OUTPOST_CHECK(inner.finish());
        into.require.push_back(std::move(made));
        return {};
      });
    });
    fields.required("statements", [&](const YamlNode& list) -> Status {
      OUTPOST_TRY(into.statements, read_texts(list, origin_));
      return {};
    });
    fields.required("result", into.result);
    return fields.finish();
  }

  std::string_view origin_;
  const ValueKinds& kinds_;
};

} // namespace

Status read_sql_tools(const YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                      std::vector<SqlTool>& into) {
  return SqlToolsReader(origin, kinds).read(node, into);
}

} // namespace outpost::agents
