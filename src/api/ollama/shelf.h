// Ollama's POST /api/pull, POST /api/copy and DELETE /api/delete.
#pragma once
#include "api/service.h"
#include "http/router.h"

namespace outpost::api::ollama {

// Where the service has no shelf they answer 501.
void add_shelf_routes(http::Router& router, Service& service);

} // namespace outpost::api::ollama
