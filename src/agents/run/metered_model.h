// A ChatModel that takes what it reads and writes from the run's budget, before it does. Tokens are
// counted as the model counts them; beginnings that several scored items share count once.
#pragma once
#include <set>
#include <string>

#include "agents/run/budget.h"
#include "chat/chat_model.h"

namespace outpost::agents {

class MeteredModel final : public chat::ChatModel {
public:
  // Both outlive this.
  MeteredModel(chat::ChatModel& inner, RunBudget& budget) : inner_(&inner), budget_(budget) {}
  // From now on; it outlives this as well.
  void use(chat::ChatModel& inner) { inner_ = &inner; }

  [[nodiscard]] chat::ModelInfo info() const override { return inner_->info(); }
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override;
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override;
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override {
    return inner_->count_tokens(prompt);
  }

private:
  chat::ChatModel* inner_;
  RunBudget& budget_;
};

} // namespace outpost::agents
