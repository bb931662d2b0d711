// /v1/responses: create, get, delete, cancel.
#pragma once
#include "api/openai/response_store.h"
#include "api/service.h"
#include "http/router.h"

namespace outpost::api::openai {

// The routes keep the store alive.
void add_response_routes(http::Router& router, Service& service);

} // namespace outpost::api::openai
