#include "chat/scoring.h"

#include <string>

namespace outpost::chat {

Result<std::vector<Score>> score_all(ChatModel& model, const ScoreRequest& request,
                                     const CancelToken& cancel) {
  OUTPOST_TRY(std::vector<Score> scores, model.score(request, cancel));
  if (scores.size() != request.items.size()) {
    return fail(ErrorCode::kInternal, "the model scored " + std::to_string(scores.size()) + " of " +
                                          std::to_string(request.items.size()) + " texts");
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::size_t wanted = request.items[i].reads_state ? request.readouts.size() : 0;
    if (scores[i].readouts.size() == wanted) continue;
    return fail(ErrorCode::kInternal, "the model gave " +
                                          std::to_string(scores[i].readouts.size()) + " of " +
                                          std::to_string(wanted) + " read-outs of its state");
  }
  return scores;
}

Result<std::vector<double>> score_each(ChatModel& model, const ScoreRequest& request,
                                       const CancelToken& cancel) {
  OUTPOST_TRY(const std::vector<Score> scores, score_all(model, request, cancel));
  std::vector<double> sums;
  sums.reserve(scores.size());
  for (const Score& score : scores) sums.push_back(score.log_probability);
  return sums;
}

} // namespace outpost::chat
