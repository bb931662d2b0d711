// A ChatModel whose answers go into the run's record, and come out of it when the run is gone
// through again: then nothing is computed and nothing is asked. Stands outside the metered model,
// so that what an answer cost is recorded with it.
#pragma once
#include "agents/run/budget.h"
#include "agents/run/journal.h"
#include "chat/chat_model.h"

namespace outpost::agents {

class RecordedModel final : public chat::ChatModel {
public:
  // All outlive this.
  RecordedModel(chat::ChatModel& inner, RunBudget& budget, RunJournal& journal)
      : inner_(inner), budget_(budget), journal_(journal) {}

  [[nodiscard]] chat::ModelInfo info() const override { return inner_.info(); }
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override;
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override;
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override;

private:
  // The recorded answer to `asked`; nothing when there is no record. Charges what it cost.
  Result<std::optional<boost::json::object>> recall(const std::string& asked);
  Status record(const std::string& asked, std::uint32_t tokens_before, boost::json::object answer);

  chat::ChatModel& inner_;
  RunBudget& budget_;
  RunJournal& journal_;
};

} // namespace outpost::agents
