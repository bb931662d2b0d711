#include "cli/eval/eval_subject.h"

#include <memory>
#include <optional>
#include <utility>

#include "agents/eval/stand_ins.h"
#include "base/clock.h"

namespace outpost::cli {
namespace {

// Runs of an evaluation repeat: one seed, stores that are not kept.
constexpr std::uint64_t kSeed = 1;
// Where nothing listens: the address that is asked whether the line is there.
constexpr const char* kNoLine = "http://127.0.0.1:1/";

// An agent with all it stands on, and somebody who answers what waits for an approval.
class SubjectRunner final : public agents::Runner {
public:
  Status open(const agents::EvalSetting& setting, LocalModels& models) {
    OUTPOST_TRY(stores_, app::AgentStores::open_in_memory(setting.data_folder, clock_));
    approves_ = setting.task.approves;
    agents::AgentSpec spec = setting.spec;
    spec.escalation.reset(); // nothing of an evaluation leaves
    if (setting.task.offline && spec.offline) {
      spec.offline->probe = kNoLine;
    } else {
      spec.offline.reset(); // the line is there: calls are made at once
    }
    app::AgentSurroundings surroundings = models.surroundings(*stores_, kSeed);
    surroundings.larger = setting.larger;
    if (!setting.task.failing.empty()) {
      surroundings.wrap_tools = [failing = setting.task.failing](agents::Toolset& tools) {
        return std::make_unique<agents::FailingToolset>(tools, failing);
      };
    }
    OUTPOST_TRY(agent_, app::open_agent(std::move(spec), surroundings));
    return {};
  }

  Result<agents::RunOutcome> run(agents::Session& session, const std::string& request,
                                 const agents::RunOptions& options) override {
    OUTPOST_TRY(agents::RunOutcome outcome, agent_->run(session, request, options));
    if (outcome.end != agents::RunEnd::kWaiting || !approves_) return outcome;
    security::ApprovalBook& book = stores_->book;
    OUTPOST_TRY(const auto asked, book.find(outcome.waits_for, clock_.wall_ms()));
    OUTPOST_CHECK(
        book.answer(asked.id, *approves_, {"approver", asked.request.role}, clock_.wall_ms()));
    return agent_->resume(outcome.run_id, options);
  }

private:
  SystemClock clock_;
  std::unique_ptr<app::AgentStores> stores_;
  std::optional<bool> approves_;
  std::unique_ptr<app::OpenAgent> agent_;
};

} // namespace

Result<agents::AskAgent> open_eval_subject(const agents::EvalSetting& setting, LocalModels& models,
                                           const CancelToken& cancel) {
  // Shared: the function that asks may be copied.
  const auto runner = std::make_shared<SubjectRunner>();
  OUTPOST_CHECK(runner->open(setting, models));
  agents::RunOptions options;
  options.cancel = cancel;
  if (!setting.task.principal.empty()) options.principal.value = setting.task.principal;
  return agents::AskAgent([runner, options](agents::Session& session, const std::string& request) {
    return runner->run(session, request, options);
  });
}

} // namespace outpost::cli
