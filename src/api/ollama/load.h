// A request without a prompt: the model is brought into memory, or told to leave it.
#pragma once
#include <memory>

#include "api/ollama/chat_request.h"
#include "api/service.h"
#include "http/exchange.h"

namespace outpost::api::ollama {

void start_load(Service& service, std::unique_ptr<http::Exchange> exchange,
                const OllamaRequest& request);

} // namespace outpost::api::ollama
