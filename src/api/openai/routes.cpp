#include "api/openai/routes.h"

#include "api/model_work.h"
#include "api/openai/chat_writer.h"
#include "api/openai/completions.h"
#include "api/openai/decisions.h"
#include "api/openai/embeddings.h"
#include "api/openai/errors.h"
#include "api/openai/responses.h"
#include "api/wall_time.h"
#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

void chat_completions(Service& service, ExchangePtr exchange) {
  auto request = read_chat_request(exchange->request().body, service.settings);
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  GenerationRequest generation = request->generation;
  start_generation(service, std::move(exchange), std::move(generation),
                   [&](const AnswerFrame& frame, const ServedModel& served) {
                     return make_chat_writer(*request, frame, served.model);
                   });
}

void completions(Service& service, ExchangePtr exchange) {
  auto request = read_completion_request(exchange->request().body, service.settings);
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  GenerationRequest generation = request->common.generation;
  start_generation(service, std::move(exchange), std::move(generation),
                   [&](const AnswerFrame& frame, const ServedModel& served) {
                     return make_completion_writer(*request, frame, served.model);
                   });
}

std::string model_json(const ServedModel& served) {
  JsonObject out;
  out.add("id", served.id);
  out.add("object", "model");
  out.add("created", served.loaded_ms / 1000);
  out.add("owned_by", "outpost");
  out.add("context_length", served.model->info().context_tokens);
  // What Anthropic's clients read of a model, at the same path.
  out.add("type", "model");
  out.add("display_name", served.id);
  out.add("created_at", utc_time(served.loaded_ms));
  return out.text();
}

void list_models(Service& service, ExchangePtr exchange) {
  JsonArray data;
  const auto all = service.models.list();
  for (const ServedModel& served : all) data.add_raw(model_json(served));
  JsonObject out;
  out.add("object", "list");
  out.add_raw("data", data.text());
  out.add("has_more", false);
  out.add_raw("first_id", all.empty() ? "null" : json_string(all.front().id));
  out.add_raw("last_id", all.empty() ? "null" : json_string(all.back().id));
  exchange->respond(http::json_response(200, out.text()));
}

void show_model(Service& service, ExchangePtr exchange) {
  const auto served = find_model(service, exchange->request().parameter("model"));
  exchange->respond(served ? http::json_response(200, model_json(*served))
                           : error_response(served.error()));
}

// What the server itself refuses (keys, paths, sizes), in this API's shape.
std::string error_shape(int status, std::string_view message) {
  Problem problem;
  problem.status = status;
  problem.code = status == 401 ? "invalid_api_key" : "http_" + std::to_string(status);
  problem.message = std::string(message);
  return error_body(problem);
}

} // namespace

void add_routes(http::Router& router, Service& service) {
  const auto add = [&](const char* method, const char* pattern,
                       void (*handler)(Service&, ExchangePtr), bool is_quick = false) {
    router.add({.method = method,
                .pattern = pattern,
                .handler = [&service, handler](ExchangePtr e) { handler(service, std::move(e)); },
                .is_quick = is_quick,
                .admit = is_quick ? http::Admission() : admission(service, error_response)});
  };
  add("POST", "/v1/chat/completions", chat_completions);
  add("POST", "/v1/completions", completions);
  add("POST", "/v1/decisions", start_decision);
  add("POST", "/v1/embeddings", embeddings);
  add_response_routes(router, service);
  add("GET", "/v1/models", list_models, true);
  add("GET", "/v1/models/{model...}", show_model, true);
  router.set_error_shape("/v1", error_shape);
}

} // namespace outpost::api::openai
