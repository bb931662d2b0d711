// Answers of /v1/chat/completions: whole, and as chunks.
#pragma once
#include <memory>

#include "api/generation.h"
#include "api/openai/chat_request.h"

namespace outpost::api::openai {

std::unique_ptr<AnswerWriter> make_chat_writer(const ChatCompletionRequest& request,
                                               const AnswerFrame& frame,
                                               std::shared_ptr<chat::ChatModel> model);

} // namespace outpost::api::openai
