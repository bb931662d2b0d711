// Scores of several texts at once, as the sums that choosing among them needs.
#pragma once
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::chat {

// log p(continuation | prompt) of each item of `request`, in order. kInternal where the model
// answers with another number of scores; its own errors otherwise.
Result<std::vector<double>> score_each(ChatModel& model, const ScoreRequest& request,
                                       const CancelToken& cancel);

} // namespace outpost::chat
