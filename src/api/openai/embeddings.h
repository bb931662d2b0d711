// POST /v1/embeddings: texts as vectors, in floats or base64.
#pragma once
#include <memory>

#include "api/service.h"
#include "http/exchange.h"

namespace outpost::api::openai {

// Answers the exchange from a thread of the gate.
void embeddings(Service& service, std::unique_ptr<http::Exchange> exchange);

} // namespace outpost::api::openai
