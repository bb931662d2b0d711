// The bodies of Ollama's POST /api/chat and /api/generate, read into the typed form all APIs share.
#pragma once
#include <string_view>

#include <tl/expected.hpp>

#include "api/generation.h"

namespace outpost::api::ollama {

struct OllamaRequest {
  GenerationRequest generation;
  bool streams = true;
  bool is_chat = false; // "message" rather than "response" in the answer
  bool is_load = false; // nothing to answer: a client that makes sure the model is there
  // How long the model stays in memory afterwards; see ModelDirectory::keep().
  std::optional<std::chrono::milliseconds> keep_alive;
};

tl::expected<OllamaRequest, Problem> read_chat_request(std::string_view body,
                                                       const ServiceSettings& settings);
tl::expected<OllamaRequest, Problem> read_generate_request(std::string_view body,
                                                           const ServiceSettings& settings);

// "name" or "name:latest".
std::string model_name(std::string_view name);

} // namespace outpost::api::ollama
