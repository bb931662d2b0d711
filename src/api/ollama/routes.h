// Ollama's API below /api, for the models that are served; pull, copy and delete (shelf.h) are about
// the files of this machine. Models are not made or published here: there is no create and no push.
#pragma once
#include "api/service.h"
#include "http/router.h"

namespace outpost::api::ollama {

void add_routes(http::Router& router, Service& service);

} // namespace outpost::api::ollama
