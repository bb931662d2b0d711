#include "app/serving/agent_host.h"

#include <utility>

#include "app/run_log.h"
#include "base/random.h"

namespace outpost::app {

struct AgentHost::Hosted {
  agents::AgentSpec spec;
  std::shared_ptr<chat::ChatModel> model;
  agents::CallingProfile calling;
  std::vector<agents::Tool> tools;
  std::vector<OpenAgent> idle; // guarded by the host's mutex
  std::size_t lent = 0;        // so is this
};

// One instance of an agent, given back at the end.
class AgentHost::Loan {
public:
  Loan(AgentHost& host, Hosted& hosted, OpenAgent open)
      : host_(&host), hosted_(&hosted), open_(std::move(open)) {}
  Loan(Loan&& other) noexcept
      : host_(std::exchange(other.host_, nullptr)), hosted_(other.hosted_),
        open_(std::move(other.open_)) {}
  Loan& operator=(Loan&&) = delete;
  ~Loan() {
    if (host_ == nullptr) return;
    const std::lock_guard lock(host_->mutex_);
    --hosted_->lent;
    hosted_->idle.push_back(std::move(open_));
    host_->returned_.notify_one();
  }
  [[nodiscard]] agents::Agent& agent() const { return *open_.agent; }

private:
  AgentHost* host_; // null when moved from
  Hosted* hosted_;
  OpenAgent open_;
};

AgentHost::AgentHost(agents::RunLog log, security::ApprovalBook book, Clock& clock)
    : clock_(clock), log_(std::move(log)), book_(std::move(book)), approvals_(book_, clock) {}

AgentHost::~AgentHost() = default;

Result<std::unique_ptr<AgentHost>> AgentHost::open(const Environment& environment, Clock& clock) {
  OUTPOST_TRY(agents::RunLog log, open_run_log(environment));
  OUTPOST_TRY(security::ApprovalBook book, open_approval_book(environment));
  return std::unique_ptr<AgentHost>(new AgentHost(std::move(log), std::move(book), clock));
}

Result<OpenAgent> AgentHost::bring(const Hosted& hosted) {
  return open_agent(hosted.spec,
                    {*hosted.model, log_, clock_, random_seed(), &approvals_, {}, hosted.calling});
}

Status AgentHost::add(agents::AgentSpec spec, std::shared_ptr<chat::ChatModel> model,
                      agents::CallingProfile calling) {
  auto hosted = std::make_unique<Hosted>();
  hosted->spec = std::move(spec);
  hosted->model = std::move(model);
  hosted->calling = calling;
  OUTPOST_TRY(OpenAgent first, bring(*hosted));
  hosted->tools = first.tools.tools->tools();
  hosted->idle.push_back(std::move(first));
  const std::string name = hosted->spec.name;
  const std::lock_guard lock(mutex_);
  if (!agents_.emplace(name, std::move(hosted)).second) {
    return fail(ErrorCode::kConflict, "there are two agents '" + name + "'");
  }
  return {};
}

std::vector<api::AgentInfo> AgentHost::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<api::AgentInfo> all;
  for (const auto& [name, hosted] : agents_) {
    all.push_back({name, hosted->spec.description, hosted->spec.model, hosted->tools});
  }
  return all;
}

Result<AgentHost::Loan> AgentHost::borrow(std::string_view agent) {
  std::unique_lock lock(mutex_);
  const auto at = agents_.find(agent);
  if (at == agents_.end()) {
    std::string there;
    for (const auto& [name, hosted] : agents_) there += (there.empty() ? "" : ", ") + name;
    return fail(ErrorCode::kNotFound,
                "there is no agent '" + std::string(agent.substr(0, 64)) + "' here",
                "there is " + there);
  }
  Hosted& hosted = *at->second;
  returned_.wait(lock, [&hosted] { return !hosted.idle.empty() || hosted.lent < kAtOnceMax; });
  ++hosted.lent;
  if (!hosted.idle.empty()) {
    OpenAgent open = std::move(hosted.idle.back());
    hosted.idle.pop_back();
    return Loan(*this, hosted, std::move(open));
  }
  lock.unlock();
  auto open = bring(hosted);
  if (open) return Loan(*this, hosted, *std::move(open));
  lock.lock();
  --hosted.lent;
  return tl::unexpected(open.error());
}

// The run can be cancelled by its id from its first event on.
Result<agents::RunOutcome> AgentHost::watched(
    const agents::RunOptions& options,
    const std::function<Result<agents::RunOutcome>(const agents::RunOptions&)>& work) {
  const CancelSource stop;
  std::string id;
  agents::RunOptions watched = options;
  watched.stop = stop.token();
  watched.observer = [&](const agents::RunEvent& event) {
    if (id.empty()) {
      id = event.run_id;
      const std::lock_guard lock(mutex_);
      at_work_.insert_or_assign(id, stop);
    }
    if (options.observer) options.observer(event);
  };
  auto outcome = work(watched);
  if (!id.empty()) {
    const std::lock_guard lock(mutex_);
    at_work_.erase(id);
  }
  return outcome;
}

Result<agents::RunOutcome> AgentHost::run(std::string_view agent, agents::Session& session,
                                          const std::string& request,
                                          const agents::RunOptions& options) {
  OUTPOST_TRY(const Loan loan, borrow(agent));
  return watched(options, [&](const agents::RunOptions& with) {
    return loan.agent().run(session, request, with);
  });
}

Result<agents::RunOutcome> AgentHost::resume(const std::string& run_id,
                                             const agents::RunOptions& options) {
  OUTPOST_TRY(const agents::RunSummary run, log_.summary(run_id));
  {
    const std::lock_guard lock(mutex_);
    if (at_work_.contains(run.id)) {
      return fail(ErrorCode::kConflict, "run " + run.id + " is at work");
    }
  }
  OUTPOST_TRY(const Loan loan, borrow(run.agent));
  return watched(options,
                 [&](const agents::RunOptions& with) { return loan.agent().resume(run.id, with); });
}

Result<agents::ReplayReport> AgentHost::replay(const std::string& run_id) {
  OUTPOST_TRY(const agents::RunSummary run, log_.summary(run_id));
  OUTPOST_TRY(const Loan loan, borrow(run.agent));
  return loan.agent().replay(run.id);
}

Status AgentHost::cancel(const std::string& run_id) {
  OUTPOST_TRY(const agents::RunSummary run, log_.summary(run_id));
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = at_work_.find(run.id); at != at_work_.end()) {
      at->second.cancel();
      return {};
    }
  }
  const CancelSource cancelled;
  cancelled.cancel();
  agents::RunOptions options;
  options.cancel = cancelled.token();
  OUTPOST_CHECK(resume(run.id, options));
  return {};
}

} // namespace outpost::app
