#include "agents/run/metered_model.h"

#include <algorithm>

namespace outpost::agents {

Status MeteredModel::chat(const chat::ChatRequest& request, const chat::EventSink& sink,
                          const CancelToken& cancel) {
  OUTPOST_TRY(const std::uint32_t prompt, inner_->count_tokens(request.prompt));
  OUTPOST_CHECK(budget_.take_tokens(prompt));
  // The answer is cut to what is left and charged for what it turned out to be.
  chat::ChatRequest bounded = request;
  bounded.max_tokens = std::min(request.max_tokens, budget_.tokens_left());
  if (bounded.max_tokens == 0) return budget_.take_tokens(1);
  std::uint32_t written = 0;
  OUTPOST_CHECK(inner_->chat(
      bounded,
      [&](const chat::Event& event) {
        if (const auto* end = std::get_if<chat::Finished>(&event)) {
          written = end->usage.completion_tokens;
        }
        sink(event);
      },
      cancel));
  return budget_.take_tokens(written);
}

Result<std::vector<chat::Score>> MeteredModel::score(const chat::ScoreRequest& request,
                                                     const CancelToken& cancel) {
  std::set<std::string> prompts;
  std::uint32_t tokens = 0;
  for (const chat::ScoreItem& item : request.items) {
    OUTPOST_TRY(const std::uint32_t alone, inner_->count_tokens(item.prompt));
    chat::Prompt whole = item.prompt;
    whole.text += item.continuation;
    OUTPOST_TRY(const std::uint32_t both, inner_->count_tokens(whole));
    const bool first = prompts.insert(item.prompt.text).second || !item.prompt.messages.empty();
    tokens += first ? both : both - std::min(alone, both);
  }
  OUTPOST_CHECK(budget_.take_tokens(tokens));
  return inner_->score(request, cancel);
}

} // namespace outpost::agents
