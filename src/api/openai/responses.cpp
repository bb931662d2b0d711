#include "api/openai/responses.h"

#include "api/openai/errors.h"
#include "api/openai/response_writer.h"
#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

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

void create(Service& service, const std::shared_ptr<ResponseStore>& store, ExchangePtr exchange) {
  auto request = read_response_request(exchange->request().body, service.settings, *store,
                                       exchange->request().principal);
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  GenerationRequest generation = request->generation;
  start_generation(service, std::move(exchange), std::move(generation),
                   [&](const AnswerFrame& frame, const ServedModel&) {
                     auto writer = make_response_writer(*std::move(request), frame, *store);
                     return std::make_unique<KeptAlive>(store, std::move(writer));
                   });
}

http::Response not_stored(std::string_view id) {
  Problem problem = problem_of(
      Error{ErrorCode::kNotFound, "no response '" + std::string(id) + "' is stored here", ""});
  problem.code = "response_not_found";
  return error_response(problem);
}

void get(ResponseStore& store, http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  const auto found = store.find(request.parameter("id"), request.principal);
  exchange.respond(found ? http::json_response(200, found->json)
                         : not_stored(request.parameter("id")));
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

// Only answers made in the background could be cancelled by id; what is stored has ended.
void cancel(ResponseStore& store, http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  if (!store.find(request.parameter("id"), request.principal)) {
    exchange.respond(not_stored(request.parameter("id")));
    return;
  }
  exchange.respond(error_response(
      problem_of(Error{ErrorCode::kInvalidArgument, "this response has ended",
                       "one that is being made is cancelled by closing its connection"})));
}

} // namespace

void add_response_routes(http::Router& router, Service& service) {
  const auto store = std::make_shared<ResponseStore>();
  router.add({"POST", "/v1/responses", [&service, store](ExchangePtr exchange) {
                create(service, store, std::move(exchange));
              }});
  router.add(
      {"GET", "/v1/responses/{id}", [store](ExchangePtr exchange) { get(*store, *exchange); }});
  router.add({"DELETE", "/v1/responses/{id}",
              [store](ExchangePtr exchange) { remove(*store, *exchange); }});
  router.add({"POST", "/v1/responses/{id}/cancel",
              [store](ExchangePtr exchange) { cancel(*store, *exchange); }});
}

} // namespace outpost::api::openai
