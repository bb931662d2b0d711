// A chat request as the OpenAI API has it on the wire.
#pragma once
#include <string>

#include "base/result.h"
#include "chat/chat.h"
#include "remote/endpoint.h"

namespace outpost::remote {

// The JSON of a streamed POST to /chat/completions. kUnsupported for what the API cannot say, so
// that nothing of a request is dropped in silence: a prompt without messages, a begun answer,
// grammars other than JSON Schema, biases and log-probabilities (whose tokens are another
// vocabulary's), more than four stop strings. kInvalidArgument names a tool or schema that is not
// JSON.
Result<std::string> chat_body(const chat::ChatRequest& request, const Endpoint& endpoint);

} // namespace outpost::remote
