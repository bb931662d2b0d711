#include "cli/eval/eval_subject.h"

#include <memory>
#include <optional>
#include <utility>

#include "agents/escalation/escalating_runner.h"
#include "agents/eval/stand_ins.h"
#include "agents/outbox/outbox.h"
#include "app/agents/open_agent.h"
#include "base/clock.h"
#include "security/approval_book.h"

namespace outpost::cli {
namespace {

// Runs of an evaluation repeat: one seed, a log that is not kept.
constexpr std::uint64_t kSeed = 1;
// Where nothing listens: the address that is asked whether the line is there.
constexpr const char* kNoLine = "http://127.0.0.1:1/";

// An agent with all it stands on, and somebody who answers what waits for an approval.
class SubjectRunner final : public agents::Runner {
public:
  SubjectRunner(agents::RunLog log, security::ApprovalBook book, agents::Outbox outbox,
                std::unique_ptr<SystemClock> clock, std::optional<bool> approves)
      : clock_(std::move(clock)), log_(std::move(log)), book_(std::move(book)),
        outbox_(std::move(outbox)), approves_(approves) {}

  Status open(const agents::EvalSetting& setting, chat::ChatModel& model) {
    agents::AgentSpec spec = setting.spec;
    spec.escalation.reset(); // stood in for by who wraps this
    if (setting.task.offline && spec.offline) {
      spec.offline->probe = kNoLine;
    } else {
      spec.offline.reset(); // the line is there: calls are made at once
    }
    app::AgentSurroundings surroundings{model, log_, *clock_, kSeed, &approvals_};
    surroundings.accounts.outbox = &outbox_;
    surroundings.data_folder = setting.data_folder;
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
    OUTPOST_TRY(agents::RunOutcome outcome, agent_.agent->run(session, request, options));
    if (outcome.end != agents::RunEnd::kWaiting || !approves_) return outcome;
    OUTPOST_TRY(const auto asked, book_.find(outcome.waits_for, clock_->wall_ms()));
    OUTPOST_CHECK(
        book_.answer(asked.id, *approves_, {"approver", asked.request.role}, clock_->wall_ms()));
    return agent_.agent->resume(outcome.run_id, options);
  }

  [[nodiscard]] const std::vector<agents::Tool>& tools() const { return agent_.agent->tools(); }

private:
  std::unique_ptr<SystemClock> clock_; // whose place does not change
  agents::RunLog log_;
  security::ApprovalBook book_;
  agents::BookApprovals approvals_{book_, *clock_};
  agents::Outbox outbox_;
  std::optional<bool> approves_;
  app::OpenAgent agent_;
};

} // namespace

Result<agents::AskAgent> open_eval_subject(const agents::EvalSetting& setting,
                                           chat::ChatModel& model, const CancelToken& cancel) {
  auto clock = std::make_unique<SystemClock>();
  OUTPOST_TRY(agents::RunLog log, agents::RunLog::open_in_memory());
  OUTPOST_TRY(security::ApprovalBook book, security::ApprovalBook::open_in_memory());
  OUTPOST_TRY(agents::Outbox outbox, agents::Outbox::open_in_memory(*clock));
  auto subject = std::make_unique<SubjectRunner>(std::move(log), std::move(book), std::move(outbox),
                                                 std::move(clock), setting.task.approves);
  OUTPOST_CHECK(subject->open(setting, model));
  // Shared: the function that asks may be copied.
  std::shared_ptr<agents::Runner> runner;
  if (setting.larger == nullptr) {
    runner = std::move(subject);
  } else {
    const std::vector<agents::Tool> tools = subject->tools();
    runner = std::make_shared<agents::EscalatingRunner>(std::move(subject), *setting.larger,
                                                        setting.spec.name, tools);
  }
  agents::RunOptions options;
  options.cancel = cancel;
  if (!setting.task.principal.empty()) options.principal.value = setting.task.principal;
  return agents::AskAgent([runner, options](agents::Session& session, const std::string& request) {
    return runner->run(session, request, options);
  });
}

} // namespace outpost::cli
