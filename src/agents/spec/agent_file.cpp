// The frame of an agent file: which sections there are. Each is read by a file of its own.
#include <algorithm>

#include "agents/learning/learned_state.h"
#include "agents/spec/agent_spec.h"
#include "agents/spec/section.h"
#include "agents/spec/values_section.h"
#include "catalog/digest.h"

namespace outpost::agents {
namespace {

// Mail that was sent cannot be called back: a person says yes to each.
Status check_sending(const yaml::YamlNode& root, std::string_view origin, const AgentSpec& spec) {
  const auto& tools = spec.email.tools;
  const bool sends = std::find(tools.begin(), tools.end(), EmailTool::kSend) != tools.end();
  const Tool send{.name = "send_draft", .effect = Effect::kIrreversible};
  if (!sends || approval_rule(spec.approvals, send) != nullptr) return {};
  return yaml_error(origin, root.place,
                    "`email` may `send`, and no rule of `approvals` asks anybody",
                    "approvals: [{tools: [send_draft]}]");
}

// Whatever an agent is for, it does it with tools.
Status check_tools(const yaml::YamlNode& root, std::string_view origin, const AgentSpec& spec) {
  if (spec.tools.empty() != spec.database.empty()) {
    return yaml_error(origin, root.place, "`database` and `tools` belong together");
  }
  const bool has_tools = !spec.tools.empty() || !spec.builtin.tools.empty() ||
                         !spec.files.root.empty() || !spec.http.tools.empty() ||
                         !spec.commands.empty() || !spec.mcp.empty() ||
                         !spec.knowledge.folder.empty() || !spec.calendar.folder.empty() ||
                         !spec.email.address.empty();
  if (has_tools) return check_sending(root, origin, spec);
  return yaml_error(origin, root.place,
                    "an agent needs tools: `tools` with a `database`, `builtin`, `files`, "
                    "`calendar`, `email`, `http`, `commands`, `mcp` or `knowledge`");
}

} // namespace

Result<AgentSpec> parse_agent(const std::string& text, const std::string& origin,
                              const std::filesystem::path& folder) {
  using yaml::YamlNode;
  OUTPOST_TRY(const YamlNode root, yaml::parse_yaml(text, origin));
  AgentSpec spec;
  std::string database;
  ValueKinds kinds;
  yaml::YamlFields fields(root, origin, "an agent");
  fields.required("name", name_into(spec.name, origin))
      .optional("description", spec.description)
      .required("model", spec.model)
      .optional("larger_models", larger_models_into(spec.larger_models, origin))
      .optional("instructions", spec.instructions)
      .optional("database", database)
      .optional("budgets",
                [&](const YamlNode& node) { return read_budgets(node, origin, spec.budgets); })
      .optional("concurrency", count_into(spec.concurrency, 1000, origin))
      .optional("values", [&](const YamlNode& node) { return read_values(node, origin, kinds); })
      .optional(
          "tools",
          [&](const YamlNode& node) { return read_sql_tools(node, origin, kinds, spec.tools); })
      .optional("plans",
                [&](const YamlNode& node) { return read_plans(node, origin, kinds, spec.plans); })
      .optional("rules", [&](const YamlNode& node) { return read_rules(node, origin, spec.rules); })
      .optional("approvals",
                [&](const YamlNode& node) { return read_approvals(node, origin, spec.approvals); })
      .optional("builtin",
                [&](const YamlNode& node) { return read_builtin(node, origin, spec.builtin); })
      .optional("files",
                [&](const YamlNode& node) { return read_files(node, origin, folder, spec.files); })
      .optional(
          "commands",
          [&](const YamlNode& node) { return read_commands(node, origin, kinds, spec.commands); })
      .optional("http",
                [&](const YamlNode& node) { return read_http(node, origin, kinds, spec.http); })
      .optional(
          "permissions",
          [&](const YamlNode& node) { return read_permissions(node, origin, spec.permissions); })
      .optional("retry", [&](const YamlNode& node) { return read_retry(node, origin, spec.retry); })
      .optional(
          "calendar",
          [&](const YamlNode& node) { return read_calendar(node, origin, folder, spec.calendar); })
      .optional("email",
                [&](const YamlNode& node) { return read_email(node, origin, folder, spec.email); })
      .optional(
          "local_only",
          [&](const YamlNode& node) { return read_local_only(node, origin, spec.local_only); })
      .optional("mcp", [&](const YamlNode& node) { return read_mcp(node, origin, spec.mcp); })
      .optional("replies",
                [&](const YamlNode& node) { return read_replies(node, origin, spec.replies); })
      .optional("memory",
                [&](const YamlNode& node) { return read_memory(node, origin, spec.memory); })
      .optional("knowledge",
                [&](const YamlNode& node) {
                  return read_knowledge(node, origin, folder, spec.knowledge);
                })
      .optional("escalation",
                [&](const YamlNode& node) {
                  return read_escalation(node, origin, spec.escalation.emplace());
                })
      .optional("offline", [&](const YamlNode& node) {
        return read_offline(node, origin, spec.offline.emplace());
      });
  OUTPOST_CHECK(fields.finish());
  spec.version = catalog::sha256_of(text).hex();
  if (!database.empty()) spec.database = folder / database;
  spec.folder = folder;
  OUTPOST_CHECK(check_tools(root, origin, spec));
  return spec;
}

Result<AgentSpec> load_agent_file(const std::filesystem::path& path) {
  OUTPOST_TRY(const std::string text, yaml::read_yaml_file(path));
  OUTPOST_TRY(AgentSpec spec, parse_agent(text, path.string(), path.parent_path()));
  spec.file = std::filesystem::absolute(path);
  OUTPOST_TRY(const LearnedState learned, read_learned(path));
  add_learned(learned, spec);
  return spec;
}

} // namespace outpost::agents
