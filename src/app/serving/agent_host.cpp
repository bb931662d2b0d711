#include "app/serving/agent_host.h"

#include <utility>

#include "agents/agent_toolset.h"
#include "agents/tools/joined_toolset.h"
#include "base/random.h"

namespace outpost::app {

Result<std::unique_ptr<AgentHost>> AgentHost::open(const Environment& environment, FindModel find,
                                                   MayHaveModel may_have, Clock& clock) {
  OUTPOST_TRY(auto stores, AgentStores::open(environment, clock));
  return std::unique_ptr<AgentHost>(
      new AgentHost(std::move(stores), std::move(find), std::move(may_have)));
}

// Called while requests run too: a copy of an agent is opened when the others are at work.
Result<AgentModel> AgentHost::model_named(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto known = models_.find(name);
  if (known == models_.end()) {
    OUTPOST_TRY(ServedAgentModel found, find_(name));
    known = models_.emplace(name, std::move(found)).first;
  }
  return AgentModel{known->second.model.get(), known->second.calling};
}

Status AgentHost::add(const std::filesystem::path& file) {
  AgentSurroundings surroundings{*stores_,
                                 [this](const std::string& name) { return model_named(name); },
                                 may_have_, random_seed()};
  surroundings.embedder_named = [this](const std::string& name) -> Result<chat::ChatModel*> {
    OUTPOST_TRY(const AgentModel found, model_named(name));
    return found.model;
  };
  OUTPOST_TRY(OpenRunner open, open_runner(file, surroundings));
  const std::string name = open.name;
  const std::lock_guard lock(mutex_);
  if (!agents_.emplace(name, std::move(open)).second) {
    return fail(ErrorCode::kConflict, "there are two agents '" + name + "'");
  }
  return {};
}

std::vector<api::AgentInfo> AgentHost::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<api::AgentInfo> all;
  for (const auto& [name, open] : agents_) {
    all.push_back({name, open.description, open.model, open.tools});
  }
  return all;
}

Result<agents::Runner*> AgentHost::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto at = agents_.find(name);
  if (at != agents_.end()) return at->second.runner.get();
  std::string there;
  for (const auto& [known, open] : agents_) there += (there.empty() ? "" : ", ") + known;
  return fail(ErrorCode::kNotFound,
              "there is no agent '" + std::string(name.substr(0, 64)) + "' here",
              "there is " + there);
}

// The run can be cancelled by its id from its first event on. `ids`: what it is known by before
// that; a team's request may be several runs.
Result<agents::RunOutcome> AgentHost::watched(const agents::RunOptions& options,
                                              const CancelSource& stop,
                                              std::vector<std::string> ids, const Work& work) {
  agents::RunOptions watched = options;
  watched.stop = stop.token();
  watched.observer = [&](const agents::RunEvent& event) {
    if (ids.empty() || ids.back() != event.run_id) {
      ids.push_back(event.run_id);
      const std::lock_guard lock(mutex_);
      at_work_.insert_or_assign(event.run_id, stop);
    }
    if (options.observer) options.observer(event);
  };
  auto outcome = work(watched);
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) at_work_.erase(id);
  return outcome;
}

Result<agents::RunOutcome> AgentHost::run(std::string_view agent, agents::Session& session,
                                          const std::string& request,
                                          const agents::RunOptions& options) {
  OUTPOST_TRY(agents::Runner* const runner, find(agent));
  return watched(options, CancelSource(), {}, [&](const agents::RunOptions& with) {
    return runner->run(session, request, with);
  });
}

namespace {

// An agent of the host, for those who hold a Runner.
class HostedAgent final : public agents::Runner {
public:
  HostedAgent(AgentHost& host, std::string name) : host_(host), name_(std::move(name)) {}
  Result<agents::RunOutcome> run(agents::Session& session, const std::string& request,
                                 const agents::RunOptions& options) override {
    return host_.run(name_, session, request, options);
  }

private:
  AgentHost& host_;
  std::string name_;
};

// A toolset together with the agent that it asks.
class HostedToolset final : public agents::WrapperToolset {
public:
  HostedToolset(std::unique_ptr<agents::Runner> agent, std::unique_ptr<agents::Toolset> tools)
      : WrapperToolset(*tools), agent_(std::move(agent)), owned_(std::move(tools)) {}

private:
  std::unique_ptr<agents::Runner> agent_;
  std::unique_ptr<agents::Toolset> owned_;
};

} // namespace

Result<std::unique_ptr<agents::Toolset>> AgentHost::toolset() {
  std::vector<std::unique_ptr<agents::Toolset>> parts;
  for (const api::AgentInfo& agent : list()) {
    auto runner = std::make_unique<HostedAgent>(*this, agent.name);
    auto tools =
        std::make_unique<agents::AgentToolset>(*runner, agent.name, agent.description, agent.tools);
    parts.push_back(std::make_unique<HostedToolset>(std::move(runner), std::move(tools)));
  }
  OUTPOST_TRY(auto joined, agents::JoinedToolset::join(std::move(parts)));
  return std::unique_ptr<agents::Toolset>(std::move(joined));
}

// The agent itself where it is served, then the teams that it may be a member of.
std::vector<agents::Runner*> AgentHost::who_may_have_run(const agents::RunSummary& run) const {
  const std::lock_guard lock(mutex_);
  std::vector<agents::Runner*> runners;
  for (const auto& [name, open] : agents_) {
    const auto place = name == run.agent ? runners.begin() : runners.end();
    runners.insert(place, open.runner.get());
  }
  return runners;
}

Result<agents::RunOutcome> AgentHost::resume(const std::string& run_id,
                                             const agents::RunOptions& options) {
  OUTPOST_TRY(const agents::RunSummary run, log().summary(run_id));
  const CancelSource stop;
  {
    // Looked up and taken in one step: of two that resume a run, one does.
    const std::lock_guard lock(mutex_);
    if (!at_work_.emplace(run.id, stop).second) {
      return fail(ErrorCode::kConflict, "run " + run.id + " is at work");
    }
  }
  return watched(options, stop, {run.id}, [&](const agents::RunOptions& with) {
    Result<agents::RunOutcome> outcome =
        fail(ErrorCode::kNotFound,
             "the agent '" + run.agent + "' of run " + run.id + " is not served here");
    for (agents::Runner* runner : who_may_have_run(run)) {
      auto resumed = runner->resume(run.id, with);
      if (!resumed && resumed.error().code == ErrorCode::kNotFound) continue;
      outcome = std::move(resumed);
      break;
    }
    return outcome;
  });
}

Result<agents::ReplayReport> AgentHost::replay(const std::string& run_id) {
  OUTPOST_TRY(const agents::RunSummary run, log().summary(run_id));
  for (agents::Runner* runner : who_may_have_run(run)) {
    auto report = runner->replay(run.id);
    if (report || report.error().code != ErrorCode::kNotFound) return report;
  }
  return fail(ErrorCode::kNotFound,
              "the agent '" + run.agent + "' of run " + run.id + " is not served here");
}

Status AgentHost::cancel(const std::string& run_id) {
  OUTPOST_TRY(const agents::RunSummary run, log().summary(run_id));
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
