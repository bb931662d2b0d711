// What no common API has: text to tokens and back.
#pragma once
#include "api/service.h"
#include "http/router.h"

namespace outpost::api::own {

// POST /tokenize {"model", "content"} and /detokenize {"model", "tokens"}.
void add_routes(http::Router& router, Service& service);

} // namespace outpost::api::own
