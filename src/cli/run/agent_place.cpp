#include "cli/run/agent_place.h"

#include <optional>

#include "agents/run/record_text.h"
#include "app/agents/open_agent.h"
#include "app/call_profiles.h"
#include "app/chat_model.h"
#include "app/run_log.h"
#include "base/clock.h"
#include "chat/fake_model.h"
#include "cli/run/bring_model.h"

namespace outpost::cli {
namespace {

class OpenPlace final : public AgentPlace {
public:
  OpenPlace(agents::RunLog log, security::ApprovalBook book)
      : log_(std::move(log)), book_(std::move(book)) {}

  Status open(const Invocation& invocation, agents::AgentSpec spec,
              const AgentPlaceOptions& options) {
    agents::CallingProfile calling;
    if (options.loads_model) {
      const std::string model = options.model.empty() ? spec.model : options.model;
      OUTPOST_TRY(const auto path, bring_model(invocation, model));
      OUTPOST_TRY(local_,
                  app::open_local_model(path, model, {options.threads, options.context_tokens},
                                        invocation.environment));
      OUTPOST_TRY(calling, app::load_profile(path, invocation.environment));
    }
    chat::ChatModel& model = local_ ? *local_->model : static_cast<chat::ChatModel&>(no_model_);
    OUTPOST_TRY(open_, app::open_agent(std::move(spec), {model,
                                                         log_,
                                                         clock_,
                                                         options.seed,
                                                         &approvals_,
                                                         {},
                                                         calling,
                                                         invocation.environment.data_folder}));
    return {};
  }

  [[nodiscard]] agents::Agent& agent() override { return *open_.agent; }

private:
  chat::FakeModel no_model_; // answers nothing: whoever asks it is told so
  SystemClock clock_;
  agents::RunLog log_;
  security::ApprovalBook book_;
  agents::BookApprovals approvals_{book_, clock_};
  std::optional<app::LocalModel> local_;
  app::OpenAgent open_;
};

} // namespace

Result<std::unique_ptr<AgentPlace>> AgentPlace::open(const Invocation& invocation,
                                                     agents::AgentSpec spec,
                                                     const AgentPlaceOptions& options) {
  OUTPOST_TRY(agents::RunLog log, app::open_run_log(invocation.environment));
  OUTPOST_TRY(security::ApprovalBook book, app::open_approval_book(invocation.environment));
  auto place = std::make_unique<OpenPlace>(std::move(log), std::move(book));
  OUTPOST_CHECK(place->open(invocation, std::move(spec), options));
  return place;
}

Result<std::unique_ptr<AgentPlace>> AgentPlace::open_for_run(const Invocation& invocation,
                                                             const std::string& run_id,
                                                             const AgentPlaceOptions& options) {
  OUTPOST_TRY(agents::RunLog log, app::open_run_log(invocation.environment));
  OUTPOST_TRY(const auto record, log.show(run_id));
  OUTPOST_TRY(const auto started, agents::body_of(record.front()));
  const std::string file = agents::text_in(started, "file");
  if (file.empty()) {
    return fail(ErrorCode::kUnsupported, "run " + run_id + " is of an agent that is in no file");
  }
  OUTPOST_TRY(agents::AgentSpec spec, agents::load_agent_file(file));
  return open(invocation, std::move(spec), options);
}

} // namespace outpost::cli
