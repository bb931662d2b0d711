// What runs a server rather than a model: health, metrics, version, the API's own description.
#pragma once
#include "api/service.h"
#include "http/router.h"

namespace outpost::api {

// /health/live and /health/ready need no key and tell nothing else. `service` must outlive the
// router; /openapi.json describes the routes that are there when this is called.
void add_operation_routes(http::Router& router, Service& service);

// Counts requests by route and status. For http::ServerSettings::on_request.
void count_request(telemetry::Registry& metrics, const std::string& method, const std::string& path,
                   int status, double seconds);

// The gate's state as gauges.
void add_gate_gauges(telemetry::Registry& metrics, const Gate& gate);

// OpenAPI 3.1 of the routes.
std::string openapi_json(const http::Router& router, const std::string& version);

} // namespace outpost::api
