// The body of POST /v1/messages and /v1/messages/count_tokens.
#pragma once
#include <string_view>

#include <tl/expected.hpp>

#include "api/fields.h"
#include "api/generation.h"

namespace outpost::api::anthropic {

struct MessagesRequest {
  GenerationRequest generation;
  bool streams = false;
  bool single_call = false; // tool_choice.disable_parallel_tool_use
};

tl::expected<MessagesRequest, Problem> read_messages_request(std::string_view body);
// The same without the fields of an answer: max_tokens, sampling, stream.
tl::expected<MessagesRequest, Problem> read_count_request(std::string_view body);

} // namespace outpost::api::anthropic
