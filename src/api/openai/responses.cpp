#include "api/openai/responses.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "api/model_work.h"
#include "api/openai/errors.h"
#include "api/openai/response_writer.h"
#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::api::openai {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

// The stored JSON with another status.
std::string with_status(const std::string& json, std::string_view status) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(json, error);
  if (error || !value.is_object()) return json; // it is our own
  value.get_object()["status"] = status;
  return chat::json_text(value);
}

// The writer of an answer may outlive the routes, so each holds the store, too.
class KeptAlive final : public AnswerWriter {
public:
  KeptAlive(std::shared_ptr<ResponseStore> store, std::unique_ptr<AnswerWriter> writer)
      : store_(std::move(store)), writer_(std::move(writer)) {}
  void begin(http::Exchange& exchange) override { writer_->begin(exchange); }
  void on_event(http::Exchange& exchange, std::uint32_t choice, const chat::Event& event) override {
    writer_->on_event(exchange, choice, event);
  }
  void finish(http::Exchange& exchange) override { writer_->finish(exchange); }
  void fail(http::Exchange& exchange, const Problem& problem) override {
    writer_->fail(exchange, problem);
  }

private:
  std::shared_ptr<ResponseStore> store_;
  std::unique_ptr<AnswerWriter> writer_;
};

http::Response not_stored(std::string_view id) {
  Problem problem = problem_of(
      Error{ErrorCode::kNotFound, "no response '" + std::string(id) + "' is stored here", ""});
  problem.code = "response_not_found";
  return error_response(problem);
}

void get(ResponseStore& store, http::Exchange& exchange, std::string_view id) {
  const auto found = store.find(id, exchange.request().principal);
  exchange.respond(found ? http::json_response(200, found->json) : not_stored(id));
}

// What was sent, as it was sent, all of it on one page.
void list_input(ResponseStore& store, http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  const auto found = store.find(request.parameter("id"), request.principal);
  if (!found) {
    exchange.respond(not_stored(request.parameter("id")));
    return;
  }
  JsonObject out;
  out.add("object", "list");
  out.add_raw("data", found->input_items);
  out.add_raw("first_id", "null");
  out.add_raw("last_id", "null");
  out.add("has_more", false);
  exchange.respond(http::json_response(200, out.text()));
}

// The work goes on with an exchange of its own, whose answer nobody reads; the client is told at
// once what is stored.
void create_in_background(Service& service, const std::shared_ptr<ResponseStore>& store,
                          http::Exchange& asked, ResponseRequest request) {
  const auto served = find_model(service, request.generation.model);
  if (!served) {
    asked.respond(error_response(served.error()));
    return;
  }
  const http::Request& by = asked.request();
  http::Request copy;
  copy.id = by.id;
  copy.principal = by.principal;
  copy.arrived = by.arrived;
  auto outlet = std::make_shared<http::Outlet>(
      http::Outlet::Settings{.pending_bytes = std::size_t{1} << 16,
                             .slow_reader_time = std::chrono::milliseconds(0),
                             .framing = {},
                             .is_head_only = false},
      [] {});
  std::string id;
  GenerationRequest generation = request.generation;
  start_generation(service, std::make_unique<http::Exchange>(std::move(copy), outlet),
                   std::move(generation), [&](const AnswerFrame& frame, const ServedModel&) {
                     id = response_id(frame);
                     auto writer = make_background_writer(std::move(request), frame, by.principal,
                                                          outlet, *store);
                     return std::make_unique<KeptAlive>(store, std::move(writer));
                   });
  get(*store, asked, id);
}

void create(Service& service, const std::shared_ptr<ResponseStore>& store, ExchangePtr exchange) {
  auto request = read_response_request(exchange->request().body, service.settings, *store,
                                       exchange->request().principal);
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  if (request->is_background) {
    create_in_background(service, store, *exchange, *std::move(request));
    return;
  }
  GenerationRequest generation = request->generation;
  start_generation(service, std::move(exchange), std::move(generation),
                   [&](const AnswerFrame& frame, const ServedModel&) {
                     auto writer = make_response_writer(*std::move(request), frame, *store);
                     return std::make_unique<KeptAlive>(store, std::move(writer));
                   });
}

void remove(ResponseStore& store, http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  const std::string_view id = request.parameter("id");
  if (!store.remove(id, request.principal)) {
    exchange.respond(not_stored(id));
    return;
  }
  JsonObject out;
  out.add("id", id);
  out.add("object", "response");
  out.add("deleted", true);
  exchange.respond(http::json_response(200, out.text()));
}

// Only answers made in the background can be cancelled by id, and only while they are made.
void cancel(ResponseStore& store, http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  const std::string_view id = request.parameter("id");
  const auto found = store.find(id, request.principal);
  if (!found) {
    exchange.respond(not_stored(id));
    return;
  }
  if (!found->making) {
    exchange.respond(error_response(
        problem_of(Error{ErrorCode::kInvalidArgument, "this response has ended",
                         "only one that is made in the background can be cancelled"})));
    return;
  }
  found->making->cut(http::CutCause::kClientGone);
  StoredResponse cancelled = *found;
  cancelled.making = nullptr;
  cancelled.json = with_status(found->json, "cancelled");
  exchange.respond(http::json_response(200, cancelled.json));
  store.put(std::move(cancelled));
}

} // namespace

void add_response_routes(http::Router& router, Service& service) {
  const auto store = std::make_shared<ResponseStore>();
  router.add({.method = "POST",
              .pattern = "/v1/responses",
              .handler = [&service, store](ExchangePtr e) { create(service, store, std::move(e)); },
              .admit = admission(service, error_response)});
  router.add({"GET", "/v1/responses/{id}", [store](ExchangePtr exchange) {
                const std::string id(exchange->request().parameter("id"));
                get(*store, *exchange, id);
              }});
  router.add({"GET", "/v1/responses/{id}/input_items",
              [store](ExchangePtr exchange) { list_input(*store, *exchange); }});
  router.add({"DELETE", "/v1/responses/{id}",
              [store](ExchangePtr exchange) { remove(*store, *exchange); }});
  router.add({"POST", "/v1/responses/{id}/cancel",
              [store](ExchangePtr exchange) { cancel(*store, *exchange); }});
}

} // namespace outpost::api::openai
