#include "app/agents/open_runner.h"

#include <algorithm>
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

Result<OpenRunner> open_team(const std::filesystem::path& file,
                             const AgentSurroundings& surroundings) {
  OUTPOST_TRY(agents::TeamSpec team, agents::load_team_file(file));
  OpenRunner open;
  open.name = team.name;
  open.description = abilities_of(team);
  std::vector<std::unique_ptr<agents::AgentPool>> pools;
  for (const agents::TeamMemberSpec& member : team.members) {
    OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(member.file));
    OUTPOST_TRY(auto pool,
                open_pool(spec, surroundings, member.concurrency, WhenFull::kRefuse, open));
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
  OUTPOST_TRY(open.runner, open_pool(spec, surroundings, agents::AgentPool::kConcurrencyDefault,
                                     WhenFull::kWait, open));
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
    if (std::find(names.begin(), names.end(), spec.model) == names.end()) {
      names.push_back(spec.model);
    }
  }
  return names;
}

} // namespace outpost::app
