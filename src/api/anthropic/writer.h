// Anthropic's answers: a message whole, and as the events of its blocks.
#pragma once
#include <memory>
#include <string>

#include "api/anthropic/request.h"
#include "http/response.h"

namespace outpost::api::anthropic {

std::unique_ptr<AnswerWriter> make_writer(const MessagesRequest& request, const AnswerFrame& frame,
                                          const ServedModel& served);

// {"type": "error", "error": {"type", "message"}}
std::string error_body(int status, std::string_view message);
http::Response error_response(const Problem& problem);

} // namespace outpost::api::anthropic
