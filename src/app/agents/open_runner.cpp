#include "app/agents/open_runner.h"

#include <algorithm>
#include <span>
#include <utility>

#include "agents/orchestrator/orchestrator.h"

namespace outpost::app {
namespace {

using WhenFull = agents::AgentPool::WhenFull;

// Several copies of one agent; what it is goes into `into`.
Result<std::unique_ptr<agents::AgentPool>> open_pool(const agents::AgentSpec& spec,
                                                     const AgentSurroundings& surroundings,
                                                     std::uint32_t concurrency, WhenFull when_full,
                                                     OpenRunner& into) {
  OUTPOST_TRY(std::unique_ptr<OpenAgent> first, open_agent(spec, surroundings));
  into.tools.insert(into.tools.end(), first->tools().begin(), first->tools().end());
  if (into.model.empty()) into.model = spec.model;
  auto pool = std::make_unique<agents::AgentPool>(
      [spec, surroundings]() -> Result<std::unique_ptr<agents::Runner>> {
        OUTPOST_TRY(std::unique_ptr<agents::Runner> agent, open_agent(spec, surroundings));
        return agent;
      },
      concurrency, when_full);
  pool->add(std::move(first));
  return pool;
}

std::string abilities_of(const agents::TeamSpec& team) {
  std::string text;
  for (const agents::TeamMemberSpec& member : team.members) {
    text += (text.empty() ? "" : "; ") + member.route.name + ": " + member.route.description;
  }
  return text;
}

// All but one of a panel's answers are thrown away, so none of its agents may have done anything.
Status check_panel(const agents::TeamSpec& team, const agents::TeamMemberSpec& member,
                   std::span<const agents::Tool> tools) {
  const std::string& name = member.route.name;
  if (std::find(team.panel.begin(), team.panel.end(), name) == team.panel.end()) return {};
  const auto changes = std::find_if(tools.begin(), tools.end(), [](const agents::Tool& tool) {
    return tool.effect != agents::Effect::kRead;
  });
  if (changes == tools.end()) return {};
  return fail(ErrorCode::kInvalidArgument,
              "'" + name + "' is on the panel of '" + team.name + "' and has '" + changes->name +
                  "', which changes something",
              "agents of a panel may only read");
}

Result<OpenRunner> open_team(const std::filesystem::path& file,
                             const AgentSurroundings& surroundings) {
  OUTPOST_TRY(agents::TeamSpec team, agents::load_team_file(file));
  OpenRunner open;
  open.name = team.name;
  open.description = abilities_of(team);
  std::vector<std::unique_ptr<agents::AgentPool>> pools;
  for (const agents::TeamMemberSpec& member : team.members) {
    OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(member.file));
    const std::size_t tools_before = open.tools.size();
    OUTPOST_TRY(auto pool,
                open_pool(spec, surroundings, member.concurrency.value_or(spec.concurrency),
                          WhenFull::kRefuse, open));
    OUTPOST_CHECK(check_panel(team, member, std::span(open.tools).subspan(tools_before)));
    pools.push_back(std::move(pool));
  }
  OUTPOST_TRY(const AgentModel router, surroundings.model_named(open.model));
  open.runner =
      std::make_unique<agents::Orchestrator>(std::move(team), std::move(pools), router.model);
  return open;
}

} // namespace

Result<OpenRunner> open_runner(const std::filesystem::path& file,
                               const AgentSurroundings& surroundings) {
  OUTPOST_TRY(const bool is_team, agents::is_team_file(file));
  if (is_team) return open_team(file, surroundings);
  OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(file));
  OpenRunner open;
  open.name = spec.name;
  open.description = spec.description;
  OUTPOST_TRY(open.runner, open_pool(spec, surroundings, spec.concurrency, WhenFull::kWait, open));
  return open;
}

Result<std::vector<std::string>> models_of(const std::filesystem::path& file) {
  std::vector<std::filesystem::path> files{file};
  OUTPOST_TRY(const bool is_team, agents::is_team_file(file));
  if (is_team) {
    OUTPOST_TRY(const agents::TeamSpec team, agents::load_team_file(file));
    files.clear();
    for (const agents::TeamMemberSpec& member : team.members) files.push_back(member.file);
  }
  std::vector<std::string> names;
  for (const std::filesystem::path& one : files) {
    OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(one));
    std::vector<std::string> used{spec.model};
    if (!spec.memory.embeddings.empty()) used.push_back(spec.memory.embeddings);
    used.insert(used.end(), spec.larger_models.names.begin(), spec.larger_models.names.end());
    for (std::string& name : used) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
  }
  return names;
}

} // namespace outpost::app
