#include "api/anthropic/routes.h"

#include "api/anthropic/request.h"
#include "api/anthropic/writer.h"
#include "api/model_work.h"
#include "base/json_text.h"

namespace outpost::api::anthropic {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

void messages(Service& service, ExchangePtr exchange) {
  const auto request = read_messages_request(exchange->request().body);
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  start_generation(service, std::move(exchange), request->generation,
                   [&](const AnswerFrame& frame, const ServedModel& served) {
                     return make_writer(*request, frame, served);
                   });
}

// Rendering and tokenising takes no step of the engine, so it waits for no place.
void count_tokens(Service& service, ExchangePtr exchange) {
  const auto request = read_count_request(exchange->request().body);
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  const auto served = find_model(service, request->generation.model);
  if (!served) {
    exchange->respond(error_response(served.error()));
    return;
  }
  const auto count = served->model->count_tokens(request->generation.chat.prompt);
  if (!count) {
    exchange->respond(error_response(problem_of(count.error())));
    return;
  }
  JsonObject out;
  out.add("input_tokens", *count);
  exchange->respond(http::json_response(200, out.text()));
}

} // namespace

void add_routes(http::Router& router, Service& service) {
  const auto add = [&](const char* pattern, void (*handler)(Service&, ExchangePtr),
                       http::Admission admit) {
    router.add({.method = "POST",
                .pattern = pattern,
                .handler = [&service, handler](ExchangePtr e) { handler(service, std::move(e)); },
                .admit = std::move(admit)});
  };
  add("/v1/messages", messages, admission(service, error_response));
  add("/v1/messages/count_tokens", count_tokens, {});
  router.set_error_shape("/v1/messages", error_body);
}

} // namespace outpost::api::anthropic
