// The agents and teams of a server: their files brought to life by the composition that every
// command uses, over the models in service. Thread-safe.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/agents/agent_service.h"
#include "app/agents/open_runner.h"
#include "app/environment.h"
#include "base/clock.h"

namespace outpost::app {

class AgentHost final : public api::AgentService {
public:
  // A model in service and how it calls tools; asked once for each name.
  struct ServedAgentModel {
    std::shared_ptr<chat::ChatModel> model;
    agents::CallingProfile calling;
  };
  using FindModel = std::function<Result<ServedAgentModel>(const std::string& name)>;
  using MayHaveModel =
      std::function<Status(const std::string& name, const chat::PrincipalId& principal)>;

  // Opens the stores of this machine. `may_have`: a larger model, now. `clock` outlives it.
  static Result<std::unique_ptr<AgentHost>> open(const Environment& environment, FindModel find,
                                                 MayHaveModel may_have, Clock& clock);

  // Opens the agents of the file once, so that mistakes show here. kConflict: there is one of that
  // name.
  Status add(const std::filesystem::path& file);

  [[nodiscard]] std::vector<api::AgentInfo> list() const override;
  Result<agents::RunOutcome> run(std::string_view agent, agents::Session& session,
                                 const std::string& request,
                                 const agents::RunOptions& options) override;
  Result<agents::RunOutcome> resume(const std::string& run_id,
                                    const agents::RunOptions& options) override;
  Result<agents::ReplayReport> replay(const std::string& run_id) override;
  Status cancel(const std::string& run_id) override;
  // ask_NAME for each agent that was added so far, which can be cancelled as other runs are. This
  // outlives it. kConflict: two agents of one name.
  Result<std::unique_ptr<agents::Toolset>> toolset();
  [[nodiscard]] agents::RunLog& log() override { return stores_->log; }
  [[nodiscard]] security::ApprovalBook& approvals() override { return stores_->book; }

private:
  using Work = std::function<Result<agents::RunOutcome>(const agents::RunOptions&)>;
  AgentHost(std::unique_ptr<AgentStores> stores, FindModel find, MayHaveModel may_have)
      : stores_(std::move(stores)), find_(std::move(find)), may_have_(std::move(may_have)) {}
  Result<AgentModel> model_named(const std::string& name);
  Result<agents::Runner*> find(std::string_view name) const;
  [[nodiscard]] std::vector<agents::Runner*> who_may_have_run(const agents::RunSummary& run) const;
  Result<agents::RunOutcome> watched(const agents::RunOptions& options, const CancelSource& stop,
                                     std::vector<std::string> ids, const Work& work);

  // The stores go last: agents stand on them.
  std::unique_ptr<AgentStores> stores_;
  FindModel find_;
  MayHaveModel may_have_;
  mutable std::mutex mutex_;
  // All are guarded by mutex_; what is in the first two stays.
  std::map<std::string, ServedAgentModel> models_;
  std::map<std::string, OpenRunner, std::less<>> agents_;
  std::map<std::string, CancelSource> at_work_; // runs, by id
};

} // namespace outpost::app
