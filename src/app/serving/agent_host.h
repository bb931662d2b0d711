// The agents of a server over its models: agent files brought to life, as many at once of each as
// are asked for within a bound, one log and one book of approvals for all. Thread-safe.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/agents/agent_service.h"
#include "app/agents/open_agent.h"
#include "app/environment.h"
#include "base/clock.h"

namespace outpost::app {

class AgentHost final : public api::AgentService {
public:
  // Of one agent at once; more wait.
  static constexpr std::size_t kAtOnceMax = 10;

  // Opens the log and the book of this machine. `clock` outlives it.
  static Result<std::unique_ptr<AgentHost>> open(const Environment& environment, Clock& clock);
  ~AgentHost() override;

  // Opens the agent once, so that a mistake in its file shows here. kConflict:
  // there is one of that name.
  Status add(agents::AgentSpec spec, std::shared_ptr<chat::ChatModel> model,
             agents::CallingProfile calling);

  [[nodiscard]] std::vector<api::AgentInfo> list() const override;
  Result<agents::RunOutcome> run(std::string_view agent, agents::Session& session,
                                 const std::string& request,
                                 const agents::RunOptions& options) override;
  Result<agents::RunOutcome> resume(const std::string& run_id,
                                    const agents::RunOptions& options) override;
  Result<agents::ReplayReport> replay(const std::string& run_id) override;
  Status cancel(const std::string& run_id) override;
  [[nodiscard]] agents::RunLog& log() override { return log_; }
  [[nodiscard]] security::ApprovalBook& approvals() override { return book_; }

private:
  struct Hosted;
  class Loan;
  AgentHost(agents::RunLog log, security::ApprovalBook book, Clock& clock);
  Result<OpenAgent> bring(const Hosted& hosted);
  Result<Loan> borrow(std::string_view agent);
  Result<agents::RunOutcome>
  watched(const agents::RunOptions& options,
          const std::function<Result<agents::RunOutcome>(const agents::RunOptions&)>& work);

  Clock& clock_;
  agents::RunLog log_;
  security::ApprovalBook book_;
  agents::BookApprovals approvals_;
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  // Both are guarded by mutex_.
  std::map<std::string, std::unique_ptr<Hosted>, std::less<>> agents_;
  std::map<std::string, CancelSource> at_work_; // runs, by id
};

} // namespace outpost::app
