#include "api/operations.h"

#include "base/json_text.h"

namespace outpost::api {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

void add_health(http::Router& router, Service& service) {
  router.add({"GET", "/health/live",
              [](ExchangePtr exchange) {
                exchange->respond(http::json_response(200, R"({"status": "live"})"));
              },
              true, true});
  router.add({"GET", "/health/ready",
              [&service](ExchangePtr exchange) {
                const bool is_ready = service.models.is_ready();
                exchange->respond(is_ready ? http::json_response(200, R"({"status": "ready"})")
                                           : http::json_response(503, R"({"status": "loading"})"));
              },
              true, true});
}

} // namespace

void add_operation_routes(http::Router& router, Service& service) {
  add_health(router, service);
  router.add({"GET", "/metrics",
              [&service](ExchangePtr exchange) {
                http::Response response = http::text_response(200, service.metrics.text());
                response.content_type = "text/plain; version=0.0.4; charset=utf-8";
                exchange->respond(std::move(response));
              },
              false, true, http::Right::kObserve});
  router.add({"GET", "/version",
              [&service](ExchangePtr exchange) {
                JsonObject out;
                out.add("version", service.settings.version);
                exchange->respond(http::json_response(200, out.text()));
              },
              false, true});
  const std::string description = openapi_json(router, service.settings.version);
  router.add({"GET", "/openapi.json",
              [description](ExchangePtr exchange) {
                exchange->respond(http::json_response(200, description));
              },
              false, true});
}

void count_request(telemetry::Registry& metrics, const std::string& method, const std::string& path,
                   int status, double seconds) {
  metrics
      .counter("outpost_requests_total", "Requests by route and status.",
               {{"method", method}, {"path", path}, {"status", std::to_string(status)}})
      .add();
  metrics
      .histogram("outpost_request_seconds", "Time from a request's head to its answer's end.",
                 {{"path", path}})
      .observe(seconds);
}

void add_gate_gauges(telemetry::Registry& metrics, const Gate& gate) {
  metrics.gauge("outpost_waiting_requests", "Requests that wait for admission.",
                [&gate] { return static_cast<double>(gate.waiting()); });
  metrics.gauge("outpost_running_answers", "Answers being made.",
                [&gate] { return static_cast<double>(gate.running()); });
}

} // namespace outpost::api
