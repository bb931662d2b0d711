// Answers of /v1/responses: whole, and as the events of its items. Both put the answer into the
// store when it was asked to be kept.
#pragma once
#include <memory>

#include "api/openai/response_object.h"

namespace outpost::api::openai {

// `store` must outlive the writer.
std::unique_ptr<AnswerWriter> make_response_writer(ResponseRequest request,
                                                   const AnswerFrame& frame, ResponseStore& store);

// Makes an answer that nobody waits for: all of it goes into the store, where it is queued, then
// in_progress, then what it came to. `making` is the outlet of its exchange.
std::unique_ptr<AnswerWriter> make_background_writer(ResponseRequest request,
                                                     const AnswerFrame& frame,
                                                     const std::string& principal,
                                                     std::shared_ptr<http::Outlet> making,
                                                     ResponseStore& store);

} // namespace outpost::api::openai
