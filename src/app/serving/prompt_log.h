// What clients wrote and the model answered, in the log: only where the operator asked for it
// (log.prompts), for it is theirs to keep.
#pragma once
#include <memory>

#include "app/serving/event_log.h"
#include "chat/chat_model.h"

namespace outpost::app {

// `model`, telling `log` of every conversation while that wants to know. The log must outlive it.
std::unique_ptr<chat::ChatModel> with_prompt_log(std::unique_ptr<chat::ChatModel> model,
                                                 EventLog& log);

} // namespace outpost::app
