// Scores of several texts at once, as the sums that choosing among them needs.
#pragma once
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::chat {

// The model's scores of the items of `request`, in order. kInternal where it answers with another
// number of scores, or of read-outs of one; its own errors otherwise.
Result<std::vector<Score>> score_all(ChatModel& model, const ScoreRequest& request,
                                     const CancelToken& cancel);
// log p(continuation | prompt) of each item of `request`, in order. kInternal where the model
// answers with another number of scores; its own errors otherwise.
Result<std::vector<double>> score_each(ChatModel& model, const ScoreRequest& request,
                                       const CancelToken& cancel);

} // namespace outpost::chat
