// The body of POST /v1/chat/completions, read once into its typed form.
#pragma once
#include <string_view>

#include <tl/expected.hpp>

#include "api/fields.h"
#include "api/generation.h"

namespace outpost::api::openai {

struct ChatCompletionRequest {
  GenerationRequest generation;
  bool streams = false;
  bool stream_usage = false; // stream_options.include_usage
  bool single_call = false;  // parallel_tool_calls: false
};

tl::expected<ChatCompletionRequest, Problem> read_chat_request(std::string_view body,
                                                               const ServiceSettings& settings);

// What chat and text completions share: model, sampling, stop, n, limits, stream, priority,
// timeout, and the documented fields that cannot change an answer.
void read_common(Fields& fields, const ServiceSettings& settings, ChatCompletionRequest& out);

} // namespace outpost::api::openai
