#include "chat/scoring.h"

#include <string>

namespace outpost::chat {

Result<std::vector<double>> score_each(ChatModel& model, const ScoreRequest& request,
                                       const CancelToken& cancel) {
  OUTPOST_TRY(const auto scores, model.score(request, cancel));
  if (scores.size() != request.items.size()) {
    return fail(ErrorCode::kInternal, "the model scored " + std::to_string(scores.size()) + " of " +
                                          std::to_string(request.items.size()) + " texts");
  }
  std::vector<double> sums;
  sums.reserve(scores.size());
  for (const Score& score : scores) sums.push_back(score.log_probability);
  return sums;
}

} // namespace outpost::chat
