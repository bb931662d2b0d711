#include "agents/orchestrator/team_spec.h"

#include <algorithm>
#include <set>

#include "agents/spec/section.h"

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

constexpr std::size_t kMembersMax = 64;

Result<TeamMemberSpec> read_member(const YamlNode& node, std::string_view origin,
                                   const std::filesystem::path& folder) {
  TeamMemberSpec member;
  std::string file;
  YamlFields fields(node, origin, "an agent of a team");
  fields.required("name", name_into(member.route.name, origin))
      .required("file", file)
      .required("description", member.route.description)
      .optional("examples", member.route.examples)
      .optional("always", member.route.always)
      .optional("never", member.route.never)
      .optional("concurrency",
                [&](const YamlNode& count) {
                  return count_into(member.concurrency.emplace(), 1000, origin)(count);
                })
      .optional("stand_ins", member.stand_ins);
  OUTPOST_CHECK(fields.finish());
  member.file = folder / file;
  return member;
}

bool has_member(const TeamSpec& team, const std::string& name) {
  return std::any_of(team.members.begin(), team.members.end(),
                     [&](const TeamMemberSpec& member) { return member.route.name == name; });
}

Status read_members(const YamlNode& node, std::string_view origin,
                    const std::filesystem::path& folder, TeamSpec& into) {
  OUTPOST_CHECK(read_each(node, origin, "agents", [&](const YamlNode& item) -> Status {
    OUTPOST_TRY(TeamMemberSpec member, read_member(item, origin, folder));
    if (has_member(into, member.route.name)) {
      return yaml_error(origin, item.place, "there are two agents '" + member.route.name + "'");
    }
    into.members.push_back(std::move(member));
    return {};
  }));
  if (!into.members.empty() && into.members.size() <= kMembersMax) return {};
  return yaml_error(origin, node.place,
                    "a team has 1 to " + std::to_string(kMembersMax) + " agents, here are " +
                        std::to_string(into.members.size()));
}

Status check_names(const YamlNode& node, std::string_view origin, const TeamSpec& team) {
  const auto missing = [&](const std::string& name) {
    return yaml_error(origin, node.place, "'" + name + "' is not among the team's agents");
  };
  if (!team.fallback.empty() && !has_member(team, team.fallback)) return missing(team.fallback);
  for (const std::string& name : team.panel) {
    if (!has_member(team, name)) return missing(name);
  }
  const std::set<std::string> panel(team.panel.begin(), team.panel.end());
  if (panel.size() != team.panel.size() || panel.size() == 1) {
    return yaml_error(origin, node.place, "a `panel` has two different agents or more");
  }
  for (const TeamMemberSpec& member : team.members) {
    for (const std::string& name : member.stand_ins) {
      if (!has_member(team, name) || name == member.route.name) return missing(name);
    }
  }
  return {};
}

Status read_orchestrator(const YamlNode& node, std::string_view origin,
                         const std::filesystem::path& folder, TeamSpec& into) {
  YamlFields fields(node, origin, "an orchestrator");
  fields
      .required("agents",
                [&](const YamlNode& list) { return read_members(list, origin, folder, into); })
      .optional("fallback", into.fallback)
      .optional("nobody", into.nobody)
      .optional("panel", into.panel)
      .optional("fans_out", into.fans_out);
  OUTPOST_CHECK(fields.finish());
  return check_names(node, origin, into);
}

} // namespace

Result<TeamSpec> parse_team(const std::string& text, const std::string& origin,
                            const std::filesystem::path& folder) {
  OUTPOST_TRY(const YamlNode root, yaml::parse_yaml(text, origin));
  TeamSpec team;
  YamlFields fields(root, origin, "a team");
  fields.required("name", name_into(team.name, origin))
      .required("orchestrator", [&](const YamlNode& node) {
        return read_orchestrator(node, origin, folder, team);
      });
  OUTPOST_CHECK(fields.finish());
  return team;
}

Result<TeamSpec> load_team_file(const std::filesystem::path& path) {
  OUTPOST_TRY(const std::string text, yaml::read_yaml_file(path));
  return parse_team(text, path.string(), path.parent_path());
}

Result<bool> is_team_file(const std::filesystem::path& path) {
  OUTPOST_TRY(const std::string text, yaml::read_yaml_file(path));
  OUTPOST_TRY(const YamlNode root, yaml::parse_yaml(text, path.string()));
  return std::any_of(root.keys.begin(), root.keys.end(),
                     [](const YamlNode& key) { return key.scalar == "orchestrator"; });
}

} // namespace outpost::agents
