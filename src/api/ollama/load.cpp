#include "api/ollama/load.h"

#include <utility>

#include "api/model_work.h"
#include "api/ollama/writer.h"

namespace outpost::api::ollama {
namespace {

class Load final : public ModelWork {
public:
  Load(Service& service, OllamaRequest request, ServedModel served)
      : service_(service), request_(std::move(request)), served_(std::move(served)) {}

  void run(http::Exchange& exchange) override {
    // The least work that needs the model in memory.
    const auto loaded = served_.model->count_tokens({.text = "a"});
    if (!loaded) return fail(exchange, problem_of(loaded.error()));
    exchange.respond(
        http::json_response(200, loaded_json(request_, served_.id, service_.clock.wall_ms())));
  }
  void fail(http::Exchange& exchange, const Problem& problem) override {
    exchange.respond(error_response(problem));
  }

private:
  Service& service_;
  OllamaRequest request_;
  ServedModel served_;
};

} // namespace

void start_load(Service& service, std::unique_ptr<http::Exchange> exchange,
                const OllamaRequest& request) {
  auto served = find_model(service, request.generation.model);
  if (!served) {
    exchange->respond(error_response(served.error()));
    return;
  }
  if (request.keep_alive == std::chrono::milliseconds{0}) {
    exchange->respond(
        http::json_response(200, loaded_json(request, served->id, service.clock.wall_ms())));
    return;
  }
  start_work(service, std::move(exchange), {},
             std::make_unique<Load>(service, request, *std::move(served)));
}

} // namespace outpost::api::ollama
