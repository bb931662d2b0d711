// The JSON of a response and its items, as the Responses API writes them.
#pragma once
#include <string>
#include <string_view>

#include "api/openai/response_request.h"
#include "chat/chat.h"

namespace outpost::api::openai {

// What every rendering of one response needs.
struct ResponseFrame {
  AnswerFrame answer;
  ResponseRequest request;
};

std::string response_id(const AnswerFrame& frame);

// `status`: queued, in_progress, completed, incomplete, cancelled or failed. `finished` is none
// unless it has come to its end; `error` says why it failed.
std::string response_json(const ResponseFrame& frame, std::string_view status,
                          std::string_view output, const chat::Finished* finished,
                          const Problem* error = nullptr);

std::string message_item(const AnswerFrame& frame, std::string_view text, std::string_view status);
std::string text_part(std::string_view text);
std::string reasoning_item(const AnswerFrame& frame, std::string_view text,
                           std::string_view status);
std::string call_item(const chat::ToolCall& call, std::string_view arguments,
                      std::string_view status);

// All items of an answer that has ended, as an array.
std::string output_json(const AnswerFrame& frame, const chat::Answer& answer);
std::string_view response_status(const chat::Finished& finished);

// What the next request finds when it names this one.
StoredResponse stored_response(const ResponseFrame& frame, const std::string& principal,
                               const chat::Answer& answer);

} // namespace outpost::api::openai
