// The pieces that chat and text completions share in their answers.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/generation.h"
#include "base/json_text.h"
#include "chat/chat.h"

namespace outpost::api::openai {

// Adds what a choice took. `has_own_prompt`: its prompt was not counted yet, with another choice.
void add_usage(chat::Usage& total, const chat::Usage& choice, bool has_own_prompt);
std::string usage_json(const chat::Usage& usage);
// "stop", "length", "tool_calls".
std::string_view finish_reason(chat::FinishReason reason);

// {"content": [{"token", "logprob", "bytes", "top_logprobs": [..]}]}. `model` spells alternatives.
std::string chat_logprobs_json(const std::vector<chat::TokenLogProbability>& tokens,
                               chat::ChatModel& model);
// {"tokens", "token_logprobs", "top_logprobs", "text_offset"}, offsets from `offset` characters on.
std::string text_logprobs_json(const std::vector<chat::TokenLogProbability>& tokens,
                               chat::ChatModel& model, std::size_t offset);

// An object that begins with id, object, created.
JsonObject answer_object(std::string_view id_prefix, std::string_view kind,
                         const AnswerFrame& frame);

} // namespace outpost::api::openai
