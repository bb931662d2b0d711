// The models in service, and the agents as models beside them: "agent:NAME".
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/agents/agent_model.h"
#include "api/models.h"

namespace outpost::api {

class AgentDirectory final : public ModelDirectory {
public:
  // Both outlive this.
  AgentDirectory(ModelDirectory& models, Clock& clock) : models_(models), clock_(clock) {}
  // Once; requests may come already.
  void add(AgentService& service);

  [[nodiscard]] Result<ServedModel> find(std::string_view name) const override;
  [[nodiscard]] std::vector<ServedModel> list() const override;
  [[nodiscard]] bool is_ready() const override { return models_.is_ready(); }
  void keep(std::string_view name, std::optional<std::chrono::milliseconds> idle) override {
    models_.keep(name, idle);
  }

private:
  ModelDirectory& models_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<ServedModel> agents_; // guarded by mutex_
};

} // namespace outpost::api
