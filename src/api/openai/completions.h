// POST /v1/completions: text that goes on from a prompt, without a chat template.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "api/generation.h"
#include "api/openai/chat_request.h"

namespace outpost::api::openai {

struct CompletionRequest {
  ChatCompletionRequest common;
  bool echoes = false;        // the prompt comes back before its continuation
  std::uint32_t returned = 1; // n; best_of may make more
  bool tells_log_probabilities = false;
};

tl::expected<CompletionRequest, Problem> read_completion_request(std::string_view body,
                                                                 const ServiceSettings& settings);

std::unique_ptr<AnswerWriter> make_completion_writer(const CompletionRequest& request,
                                                     const AnswerFrame& frame,
                                                     std::shared_ptr<chat::ChatModel> model);

} // namespace outpost::api::openai
