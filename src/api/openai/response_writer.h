// Answers of /v1/responses: whole, and as the events of its items. Both put the answer into the
// store when it was asked to be kept.
#pragma once
#include <memory>

#include "api/openai/response_object.h"

namespace outpost::api::openai {

// `store` must outlive the writer.
std::unique_ptr<AnswerWriter> make_response_writer(ResponseRequest request,
                                                   const AnswerFrame& frame, ResponseStore& store);

} // namespace outpost::api::openai
