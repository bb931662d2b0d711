#include "api/agents/agent_directory.h"

namespace outpost::api {
namespace {

constexpr std::string_view kPrefix = "agent:";
constexpr std::uint32_t kRequestTokens = 2048; // an agent takes requests of 8 KiB

} // namespace

void AgentDirectory::add(AgentService& service) {
  for (const AgentInfo& agent : service.list()) {
    ServedModel served;
    served.id = std::string(kPrefix) + agent.name;
    served.model = std::make_shared<AgentModel>(service, agent.name, kRequestTokens);
    served.loaded_ms = clock_.wall_ms();
    const std::lock_guard lock(mutex_);
    agents_.push_back(std::move(served));
  }
}

Result<ServedModel> AgentDirectory::find(std::string_view name) const {
  if (!name.starts_with(kPrefix)) return models_.find(name);
  const std::lock_guard lock(mutex_);
  std::string there;
  for (const ServedModel& agent : agents_) {
    if (agent.id == name) return agent;
    there += (there.empty() ? "" : ", ") + agent.id;
  }
  return fail(ErrorCode::kNotFound, "there is no '" + std::string(name.substr(0, 128)) + "' here",
              there.empty() ? "no agents are served" : "there is " + there);
}

std::vector<ServedModel> AgentDirectory::list() const {
  std::vector<ServedModel> all = models_.list();
  const std::lock_guard lock(mutex_);
  all.insert(all.end(), agents_.begin(), agents_.end());
  return all;
}

} // namespace outpost::api
