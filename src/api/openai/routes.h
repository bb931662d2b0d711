// OpenAI's API below /v1.
#pragma once
#include "api/service.h"
#include "http/router.h"

namespace outpost::api::openai {

// `service` must outlive the router.
void add_routes(http::Router& router, Service& service);

} // namespace outpost::api::openai
