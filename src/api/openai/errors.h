// Errors as OpenAI's API writes them: {"error": {"message", "type", "param", "code"}}.
#pragma once
#include <string>

#include "api/problem.h"
#include "http/response.h"

namespace outpost::api::openai {

std::string error_body(const Problem& problem);
// With Retry-After where the problem names a time.
http::Response error_response(const Problem& problem);

} // namespace outpost::api::openai
