// Anthropic's Messages API.
#pragma once
#include "api/service.h"
#include "http/router.h"

namespace outpost::api::anthropic {

void add_routes(http::Router& router, Service& service);

} // namespace outpost::api::anthropic
