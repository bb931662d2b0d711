#include "api/ollama/shelf.h"

#include <utility>

#include "api/fields.h"
#include "api/model_work.h"
#include "api/ollama/chat_request.h"
#include "api/ollama/writer.h"
#include "api/shelf.h"
#include "base/json_text.h"

namespace outpost::api::ollama {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

struct PullRequest {
  std::string model;
  bool streams = true;
};

struct CopyRequest {
  std::string source, destination;
};

// "name" is what "model" was called before.
std::string read_model(Fields& fields) {
  const auto old_name = fields.text("name");
  const std::string name = old_name ? *old_name : fields.required_text("model");
  fields.ignore({"model"});
  return name;
}

// A request must not make this machine read its own files or ask hosts of a client's choice.
bool is_public_source(std::string_view model) {
  return model.find("://") == std::string_view::npos || model.starts_with("hf://") ||
         model.starts_with("ollama://");
}

tl::expected<PullRequest, Problem> read_pull(std::string_view body) {
  return read_body<PullRequest>(body, [](Fields& fields, PullRequest& out) {
    out.model = read_model(fields);
    if (!is_public_source(out.model)) {
      fields.mistake("model", "must be an alias, name:tag, hf:// or ollama://; files and addresses "
                              "are pulled on the command line");
    }
    out.streams = fields.flag("stream").value_or(true);
    if (fields.flag("insecure").value_or(false)) {
      fields.mistake("insecure", "must be false: what is pulled is verified");
    }
    fields.refuse({"username", "password"}, "is not supported");
  });
}

tl::expected<CopyRequest, Problem> read_copy(std::string_view body) {
  return read_body<CopyRequest>(body, [](Fields& fields, CopyRequest& out) {
    out.source = fields.required_text("source");
    out.destination = fields.required_text("destination");
  });
}

std::string status_line(std::string_view status) {
  JsonObject out;
  out.add("status", status);
  return out.text();
}

std::string step_line(const PullStep& step) {
  JsonObject out;
  out.add("status", step.phase + " " + step.subject);
  if (step.total) {
    out.add("digest", step.subject);
    out.add("total", *step.total);
    out.add("completed", step.done);
  }
  return out.text();
}

class PullWork final : public ModelWork {
public:
  PullWork(ModelShelf& shelf, PullRequest request) : shelf_(shelf), request_(std::move(request)) {}

  void run(http::Exchange& exchange) override {
    if (request_.streams) {
      http::Response head;
      head.content_type = "application/x-ndjson";
      exchange.announce(std::move(head), "");
    }
    const auto show = [&](const PullStep& step) {
      if (request_.streams) exchange.write(step_line(step) + "\n");
    };
    const auto digest = shelf_.pull(request_.model, show, exchange.cancel());
    if (!digest) return fail(exchange, problem_of(digest.error()));
    if (!request_.streams) {
      exchange.respond(http::json_response(200, status_line("success")));
      return;
    }
    exchange.write(status_line("success") + "\n");
    exchange.end();
  }
  void fail(http::Exchange& exchange, const Problem& problem) override {
    if (exchange.respond(error_response(problem))) return;
    exchange.write(error_body(problem.message) + "\n");
    exchange.end();
  }

private:
  ModelShelf& shelf_;
  PullRequest request_;
};

// What all three need; answers itself where one of them is missing.
template <class Request>
bool is_ready(Service& service, http::Exchange& exchange,
              const tl::expected<Request, Problem>& request) {
  if (service.shelf != nullptr && request) return true;
  Problem problem;
  problem.status = 501;
  problem.message = "this server has no folder of models";
  exchange.respond(error_response(request ? problem : request.error()));
  return false;
}

void answer(http::Exchange& exchange, const Status& done) {
  exchange.respond(done ? http::json_response(200, "{}")
                        : error_response(problem_of(done.error())));
}

void pull(Service& service, ExchangePtr exchange) {
  auto request = read_pull(exchange->request().body);
  if (!is_ready(service, *exchange, request)) return;
  auto work = std::make_unique<PullWork>(*service.shelf, *std::move(request));
  start_work(service, std::move(exchange), {}, std::move(work));
}

void copy(Service& service, ExchangePtr exchange) {
  const auto request = read_copy(exchange->request().body);
  if (!is_ready(service, *exchange, request)) return;
  answer(*exchange,
         service.shelf->copy(model_name(request->source), model_name(request->destination)));
}

void remove(Service& service, ExchangePtr exchange) {
  const auto name = read_body<std::string>(
      exchange->request().body, [](Fields& fields, std::string& out) { out = read_model(fields); });
  if (!is_ready(service, *exchange, name)) return;
  answer(*exchange, service.shelf->remove(model_name(*name)));
}

} // namespace

void add_shelf_routes(http::Router& router, Service& service) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    router.add({.method = method,
                .pattern = pattern,
                .handler = [&service, handler](ExchangePtr e) { handler(service, std::move(e)); },
                .right = http::Right::kManage}); // they change what the machine holds
  };
  add("POST", "/api/pull", pull);
  add("POST", "/api/copy", copy);
  add("DELETE", "/api/delete", remove);
}

} // namespace outpost::api::ollama
