#include "agents/spec/sql_tools_section.h"

#include <algorithm>

#include "agents/spec/values_section.h"
#include "base/edit_distance.h"

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

  Status parameters(const YamlNode& node, Tool& into) {
    if (node.kind != YamlNode::Kind::kMapping) {
      return yaml_error(origin_, node.place, "expected parameters by name");
    }
    for (const auto& [key, value] : entries_of(node)) {
      Parameter parameter;
      OUTPOST_TRY(parameter.name, read_name(key, origin_));
      if (parameter.name == "request") {
        return yaml_error(origin_, key.place,
                          "'request' is the user's own text and can't be a parameter");
      }
      OUTPOST_CHECK(read_parameter(value, parameter));
      into.parameters.push_back(std::move(parameter));
    }
    return {};
  }

private:
  Result<SqlTool> tool(const YamlNode& node) {
    SqlTool made;
    const YamlNode* transaction = nullptr;
    YamlFields fields(node, origin_, "a tool");
    fields.required("name", name_into(made.tool.name, origin_))
        .required("description", made.tool.description)
        .required("effect",
                  [&](const YamlNode& value) -> Status {
                    OUTPOST_TRY(const std::size_t word,
                                read_word(value, origin_, {"read", "reversible", "irreversible"}));
                    made.tool.effect = static_cast<Effect>(word);
                    return {};
                  })
        .optional("examples", made.tool.examples)
        .optional("parameters", [&](const YamlNode& value) { return parameters(value, made.tool); })
        .optional("query", made.action.query)
        .optional("transaction",
                  [&](const YamlNode& value) -> Status {
                    transaction = &value;
                    return read_transaction(value, made.action);
                  })
        .required("answer", [&](const YamlNode& value) { return answers(value, made.action); })
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

  // Either `kind: NAME` of the values section, or the kind's own fields.
  Status read_parameter(const YamlNode& node, Parameter& into) {
    std::string kind;
    YamlFields fields(node, origin_, "a parameter");
    fields.optional("kind", [&](const YamlNode& value) -> Status {
      OUTPOST_TRY(kind, read_text(value, origin_));
      if (kinds_.contains(kind)) return {};
      std::vector<std::string_view> names;
      for (const auto& entry : kinds_) names.emplace_back(entry.first);
      const auto nearest = nearest_name(kind, names);
      return yaml_error(origin_, value.place,
                        "'" + kind + "' is not among the values" +
                            (nearest ? "; did you mean '" + std::string(*nearest) + "'?" : ""));
    });
    fields.optional("required", into.required);
    if (kind.empty()) {
      into.kind.name = into.name;
      add_kind_fields(fields, origin_, into.kind);
    }
    OUTPOST_CHECK(fields.finish());
    if (!kind.empty()) {
      into.kind = kinds_.find(kind)->second;
      return {};
    }
    return check_kind(node, origin_, into.kind);
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

  Status answers(const YamlNode& node, SqlAction& into) {
    const Status read = read_each(node, origin_, "answers", [&](const YamlNode& item) -> Status {
      AnswerTemplate made;
      YamlFields fields(item, origin_, "an answer");
      fields.optional("when", [&](const YamlNode& when) { return conditions(when, made); })
          .required("say", made.say);
      OUTPOST_CHECK(fields.finish());
      into.answers.push_back(std::move(made));
      return {};
    });
    if (!read) return read;
    if (into.answers.empty() || !into.answers.back().when.empty()) {
      return yaml_error(origin_, node.place,
                        "the last answer must have no 'when', so that something "
                        "is said about every row");
    }
    return {};
  }

  Status conditions(const YamlNode& node, AnswerTemplate& into) {
    if (node.kind != YamlNode::Kind::kMapping) {
      return yaml_error(origin_, node.place, "expected columns and their values");
    }
    for (const auto& [key, value] : entries_of(node)) {
      OUTPOST_TRY(std::string text, read_text(value, origin_));
      into.when.emplace_back(key.scalar, std::move(text));
    }
    return {};
  }

  std::string_view origin_;
  const ValueKinds& kinds_;
};

} // namespace

Status read_parameters(const YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                       Tool& into) {
  return SqlToolsReader(origin, kinds).parameters(node, into);
}

Status read_sql_tools(const YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                      std::vector<SqlTool>& into) {
  return SqlToolsReader(origin, kinds).read(node, into);
}

} // namespace outpost::agents
