// The YAML of an agent file, field by field. Every message has the place of what it is about.
#include <algorithm>
#include <limits>
#include <map>

#include "agents/call/pattern.h"
#include "agents/spec/agent_spec.h"
#include "base/edit_distance.h"
#include "yaml/yaml_reader.h"

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

constexpr std::size_t kToolsMax = 256;

using Kinds = std::map<std::string, ValueKind, std::less<>>;

class AgentReader {
public:
  AgentReader(std::string_view origin, std::filesystem::path folder)
      : origin_(origin), folder_(std::move(folder)) {}

  Result<AgentSpec> read(const YamlNode& root) {
    AgentSpec spec;
    std::string database;
    YamlFields fields(root, origin_, "an agent");
    fields.required("name", name_into(spec.name))
        .optional("description", spec.description)
        .required("model", spec.model)
        .optional("instructions", spec.instructions)
        .required("database", database)
        .optional("budgets", [&](const YamlNode& node) { return budgets(node, spec.budgets); })
        .optional("values", [&](const YamlNode& node) { return kinds(node); })
        .required("tools", [&](const YamlNode& node) { return tools(node, spec.tools); })
        .optional("replies", [&](const YamlNode& node) { return replies(node, spec.replies); });
    OUTPOST_CHECK(fields.finish());
    spec.database = folder_ / database;
    return spec;
  }

private:
  YamlFields::Reader name_into(std::string& into) {
    return [this, &into](const YamlNode& node) -> Status {
      OUTPOST_TRY(into, read_name(node, origin_));
      return {};
    };
  }

  template <class Number>
  YamlFields::Reader count_into(Number& into, std::uint64_t most) {
    return [this, &into, most](const YamlNode& node) -> Status {
      OUTPOST_TRY(const std::uint64_t count, read_count(node, origin_, 1, most));
      into = static_cast<Number>(count);
      return {};
    };
  }

  YamlFields::Reader number_into(std::optional<double>& into) {
    return [this, &into](const YamlNode& node) -> Status {
      OUTPOST_TRY(into, read_number(node, origin_));
      return {};
    };
  }

  Status budgets(const YamlNode& node, Budgets& into) {
    std::uint32_t seconds = 0;
    YamlFields fields(node, origin_, "budgets");
    fields.optional("steps", count_into(into.steps, 1000))
        .optional("tool_calls", count_into(into.tool_calls, 1000))
        .optional("tokens", count_into(into.tokens, 100'000'000))
        .optional("seconds", count_into(seconds, 86'400));
    if (seconds != 0) into.time = std::chrono::seconds(seconds);
    return fields.finish();
  }

  Status kinds(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kMapping) {
      return yaml_error(origin_, node.place, "expected kinds of values by name");
    }
    for (const auto& [key, value] : entries_of(node)) {
      ValueKind kind;
      OUTPOST_TRY(kind.name, read_name(key, origin_));
      YamlFields fields(value, origin_, "a kind of value");
      kind_fields(fields, kind);
      OUTPOST_CHECK(fields.finish());
      OUTPOST_CHECK(check_kind(value, kind));
      kinds_.emplace(kind.name, std::move(kind));
    }
    return {};
  }

  void kind_fields(YamlFields& fields, ValueKind& kind) {
    fields.optional("description", kind.description)
        .optional("type",
                  [&](const YamlNode& node) -> Status {
                    OUTPOST_TRY(
                        const std::size_t word,
                        read_word(node, origin_, {"string", "integer", "number", "boolean"}));
                    kind.type = static_cast<ValueType>(word);
                    return {};
                  })
        .optional("format",
                  [&](const YamlNode& node) -> Status {
                    OUTPOST_CHECK(read_word(node, origin_, {"email"}));
                    kind.format = ValueFormat::kEmail;
                    return {};
                  })
        .optional("pattern",
                  [&](const YamlNode& node) -> Status {
                    OUTPOST_TRY(kind.pattern, read_text(node, origin_));
                    const auto compiled = Pattern::compile(kind.pattern);
                    return compiled ? Status()
                                    : yaml_error(origin_, node.place, compiled.error().message);
                  })
        .optional("enum", kind.choices)
        .optional("examples", kind.examples)
        .optional("cues", kind.cues)
        .optional("lookup", kind.lookup)
        .optional("ask", kind.ask)
        .optional("minimum", number_into(kind.minimum))
        .optional("maximum", number_into(kind.maximum))
        .optional("max_length", count_into(kind.max_length, 4000))
        .optional("free_text", kind.free_text);
  }

  Status check_kind(const YamlNode& node, const ValueKind& kind) {
    const bool is_text = kind.type == ValueType::kString;
    const bool has_text_rules = !kind.pattern.empty() || !kind.choices.empty() ||
                                !kind.lookup.empty() || kind.free_text ||
                                kind.format != ValueFormat::kNone;
    if (!is_text && has_text_rules) {
      return yaml_error(origin_, node.place,
                        "'" + kind.name + "' is of type " + std::string(to_string(kind.type)) +
                            "; pattern, enum, lookup, format and free_text are for strings");
    }
    if (is_text && (kind.minimum || kind.maximum)) {
      return yaml_error(origin_, node.place,
                        "'" + kind.name + "' is a string; minimum and maximum are for numbers");
    }
    return {};
  }

  Status tools(const YamlNode& node, std::vector<SqlTool>& into) {
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

  Result<SqlTool> tool(const YamlNode& node) {
    SqlTool made;
    const YamlNode* transaction = nullptr;
    YamlFields fields(node, origin_, "a tool");
    fields.required("name", name_into(made.tool.name))
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
      kind_fields(fields, into.kind);
    }
    OUTPOST_CHECK(fields.finish());
    if (!kind.empty()) {
      into.kind = kinds_.find(kind)->second;
      return {};
    }
    return check_kind(node, into.kind);
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

  Status replies(const YamlNode& node, std::vector<Reply>& into) {
    return read_each(node, origin_, "replies", [&](const YamlNode& item) -> Status {
      Reply made;
      YamlFields fields(item, origin_, "a reply");
      fields.required("name", name_into(made.name))
          .optional("description", made.description)
          .optional("examples", made.examples)
          .required("say", made.say);
      OUTPOST_CHECK(fields.finish());
      into.push_back(std::move(made));
      return {};
    });
  }

  std::string_view origin_;
  std::filesystem::path folder_;
  Kinds kinds_;
};

} // namespace

Result<AgentSpec> parse_agent(const std::string& text, const std::string& origin,
                              const std::filesystem::path& folder) {
  OUTPOST_TRY(const YamlNode root, yaml::parse_yaml(text, origin));
  return AgentReader(origin, folder).read(root);
}

Result<AgentSpec> load_agent_file(const std::filesystem::path& path) {
  OUTPOST_TRY(const std::string text, yaml::read_yaml_file(path));
  return parse_agent(text, path.string(), path.parent_path());
}

} // namespace outpost::agents
