// Ollama's API below /api, for the models that are served. Models are put here and taken away on
// the command line (outpost pull, rm), so pull, create, push, copy and delete are not offered.
#pragma once
#include "api/service.h"
#include "http/router.h"

namespace outpost::api::ollama {

void add_routes(http::Router& router, Service& service);

} // namespace outpost::api::ollama
