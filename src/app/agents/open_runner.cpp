#include "app/agents/open_runner.h"

#include "agents/escalation/escalating_runner.h"
#include "agents/orchestrator/orchestrator.h"

namespace outpost::app {
namespace {

class OneAgent final : public agents::Runner {
public:
  explicit OneAgent(OpenAgent open) : open_(std::move(open)) {}
  Result<agents::RunOutcome> run(agents::Session& session, const std::string& request,
                                 const agents::RunOptions& options) override {
    return open_.agent->run(session, request, options);
  }

private:
  OpenAgent open_;
};

Result<std::unique_ptr<agents::Runner>> open_one(agents::AgentSpec spec,
                                                 const RunnerSurroundings& surroundings) {
  OUTPOST_TRY(chat::ChatModel* const model, surroundings.model_named(spec.model));
  OUTPOST_TRY(OpenAgent open, open_agent(std::move(spec), {*model,
                                                           surroundings.log,
                                                           surroundings.clock,
                                                           surroundings.seed,
                                                           surroundings.approvals,
                                                           surroundings.accounts,
                                                           {},
                                                           surroundings.data_folder}));
  agents::Escalation* const escalation = open.reach->escalation.get();
  const std::string name = open.agent->spec().name;
  const std::vector<agents::Tool> tools = open.tools.tools->tools();
  auto one = std::make_unique<OneAgent>(std::move(open)); // which owns `escalation`
  if (escalation == nullptr) return one;
  return std::make_unique<agents::EscalatingRunner>(std::move(one), *escalation, name, tools);
}

Result<std::unique_ptr<agents::Runner>> open_team(const std::filesystem::path& file,
                                                  const RunnerSurroundings& surroundings) {
  OUTPOST_TRY(agents::TeamSpec team, agents::load_team_file(file));
  std::vector<std::unique_ptr<agents::AgentPool>> pools;
  chat::ChatModel* router_model = nullptr;
  for (const agents::TeamMemberSpec& member : team.members) {
    OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(member.file));
    OUTPOST_CHECK(open_one(spec, surroundings));
    if (router_model == nullptr) {
      OUTPOST_TRY(router_model, surroundings.model_named(spec.model));
    }
    pools.push_back(std::make_unique<agents::AgentPool>(
        [spec, surroundings] { return open_one(spec, surroundings); }, member.concurrency));
  }
  return std::make_unique<agents::Orchestrator>(std::move(team), std::move(pools), router_model);
}

} // namespace

Result<std::unique_ptr<agents::Runner>> open_runner(const std::filesystem::path& file,
                                                    const RunnerSurroundings& surroundings) {
  OUTPOST_TRY(const bool is_team, agents::is_team_file(file));
  if (is_team) return open_team(file, surroundings);
  OUTPOST_TRY(agents::AgentSpec spec, agents::load_agent_file(file));
  return open_one(std::move(spec), surroundings);
}

} // namespace outpost::app
