#include "app/serving/mcp_endpoint.h"

#include <utility>

#include "api/model_work.h"
#include "mcp/http_endpoint.h"

namespace outpost::app {
namespace {

http::Response error_response(const api::Problem& problem) {
  http::Response response = http::json_response(
      problem.status, mcp::error_text(nullptr, {mcp::kInternalError, problem.message, nullptr}));
  if (problem.retry_after) {
    response.headers.add("Retry-After", std::to_string(problem.retry_after->count()));
  }
  return response;
}

// A call is a run of an agent: it takes as long as the model needs, so it waits for its place like
// any other answer.
class McpWork final : public api::ModelWork {
public:
  explicit McpWork(mcp::Server& server) : server_(server) {}
  void run(http::Exchange& exchange) override {
    exchange.respond(mcp::answer_post(server_, exchange.request(), exchange.cancel()));
  }
  void fail(http::Exchange& exchange, const api::Problem& problem) override {
    exchange.respond(error_response(problem));
  }

private:
  mcp::Server& server_;
};

} // namespace

void McpEndpoint::add_routes(http::Router& router) {
  router.add({.method = "POST",
              .pattern = "/mcp",
              .handler = [this](std::unique_ptr<http::Exchange> e) { answer(std::move(e)); },
              .admit = api::admission(service_, error_response)});
  router.set_error_shape("/mcp", [](int, std::string_view message) {
    return mcp::error_text(nullptr, {mcp::kInvalidRequest, std::string(message), nullptr});
  });
}

void McpEndpoint::answer(std::unique_ptr<http::Exchange> exchange) {
  mcp::Server* const server = ready_.load();
  if (server == nullptr) {
    exchange->respond(error_response(api::problem_of(
        Error{ErrorCode::kUnavailable, "the agents are being opened", "try again later"})));
    return;
  }
  api::start_work(service_, std::move(exchange), {}, std::make_unique<McpWork>(*server));
}

void McpEndpoint::serve(std::unique_ptr<agents::Toolset> tools) {
  tools_ = std::move(tools);
  mcp::ServerInfo info;
  info.version = service_.settings.version;
  server_ = std::make_unique<mcp::Server>(*tools_, info);
  ready_.store(server_.get());
}

} // namespace outpost::app
