// Ollama's answers: one JSON object, or a line for each piece and one with the figures.
#pragma once
#include <memory>
#include <string>

#include "api/generation.h"
#include "api/ollama/chat_request.h"
#include "http/response.h"

namespace outpost::api::ollama {

std::unique_ptr<AnswerWriter> make_writer(const OllamaRequest& request, const AnswerFrame& frame,
                                          Clock& clock);

// {"error": "..."}
std::string error_body(std::string_view message);
http::Response error_response(const Problem& problem);

// The answer to a request that only wants the model loaded.
std::string loaded_json(const OllamaRequest& request, const std::string& model,
                        std::int64_t wall_ms);

} // namespace outpost::api::ollama
