// POST /api/embed, and /api/embeddings, which it replaced.
#pragma once
#include <memory>

#include "api/service.h"
#include "http/exchange.h"

namespace outpost::api::ollama {

// Both answer the exchange from a thread of the gate.
void embed(Service& service, std::unique_ptr<http::Exchange> exchange);
void embed_one(Service& service, std::unique_ptr<http::Exchange> exchange);

} // namespace outpost::api::ollama
