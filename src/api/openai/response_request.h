// The body of POST /v1/responses.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "api/generation.h"
#include "api/openai/response_store.h"

namespace outpost::api::openai {

struct ResponseRequest {
  GenerationRequest generation; // instructions, what was said before, input
  std::string instructions;
  std::optional<std::string> previous_id;
  bool streams = false;
  bool stores = true;
  bool is_background = false; // made while nobody waits; asked for by id
  std::string input = "[]";   // items as they were sent: JSON
  bool single_call = false;
  // As they were asked for, to be told again in the answer: JSON.
  std::string tools = "[]";
  std::string tool_choice = "\"auto\"";
  std::string text = R"({"format": {"type": "text"}})";
  std::string metadata = "{}";
  std::string reasoning = R"({"effort": null, "summary": null})";
  std::optional<std::uint32_t> max_output_tokens;
};

// The conversation of previous_response_id comes from `store`, where it must be `principal`'s own.
tl::expected<ResponseRequest, Problem> read_response_request(std::string_view body,
                                                             const ServiceSettings& settings,
                                                             ResponseStore& store,
                                                             std::string_view principal);

} // namespace outpost::api::openai
