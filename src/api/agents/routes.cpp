#include "api/agents/routes.h"

#include <utility>

#include "api/agents/run_json.h"
#include "api/fields.h"
#include "api/model_work.h"
#include "api/openai/errors.h"
#include "base/json_text.h"
#include "http/event_stream.h"
#include "security/approval_json.h"

namespace outpost::api {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

void respond(http::Exchange& exchange, const Result<std::string>& body) {
  if (body) {
    exchange.respond(http::json_response(200, *body));
  } else {
    exchange.respond(openai::error_response(problem_of(body.error())));
  }
}

std::string list_json(const std::vector<std::string>& items) {
  JsonArray data;
  for (const std::string& item : items) data.add_raw(item);
  JsonObject out;
  out.add("object", "list");
  out.add_raw("data", data.text());
  return out.text();
}

struct RunRequest {
  std::string agent;
  std::string input;
  bool streams = false;
};

tl::expected<RunRequest, Problem> read_run_request(std::string_view body) {
  return read_body<RunRequest>(body, [](Fields& fields, RunRequest& out) {
    out.agent = fields.required_text("agent");
    if (out.agent.starts_with("agent:")) out.agent.erase(0, 6);
    out.input = fields.required_text("input");
    out.streams = fields.flag("stream").value_or(false);
  });
}

// Work on a run, on a thread of the gate; its events as they happen, or the outcome at the end.
class RunWork final : public ModelWork {
public:
  using Work = std::function<Result<agents::RunOutcome>(const agents::RunOptions&)>;
  RunWork(Work work, bool streams) : work_(std::move(work)), streams_(streams) {}

  void run(http::Exchange& exchange) override {
    agents::RunOptions options;
    options.principal.value = exchange.request().principal;
    options.cancel = exchange.cancel();
    if (streams_) {
      exchange.announce(http::event_stream_head(), std::string(http::kEventComment));
      options.observer = [&exchange](const agents::RunEvent& event) {
        exchange.write(http::event_data(event_json(event)));
      };
    }
    const auto outcome = work_(options);
    if (!outcome) return fail(exchange, problem_of(outcome.error()));
    if (!streams_) return respond(exchange, outcome_json(*outcome));
    exchange.write(http::event_data(outcome_json(*outcome)));
    exchange.write(http::event_data("[DONE]"));
    exchange.end();
  }

  void fail(http::Exchange& exchange, const Problem& problem) override {
    if (exchange.respond(openai::error_response(problem))) return;
    exchange.write(http::event_data(openai::error_body(problem)));
    exchange.end();
  }

private:
  Work work_;
  bool streams_;
};

class Handlers {
public:
  Handlers(Service& service, AgentService& agents) : service_(service), agents_(agents) {}

  void list_agents(http::Exchange& exchange) const {
    std::vector<std::string> items;
    for (const AgentInfo& agent : agents_.list()) items.push_back(agent_json(agent));
    respond(exchange, list_json(items));
  }

  void start_run(ExchangePtr exchange) const {
    auto request = read_run_request(exchange->request().body);
    if (!request) {
      exchange->respond(openai::error_response(request.error()));
      return;
    }
    const bool streams = request->streams;
    begin(std::move(exchange), streams,
          [this, request = *std::move(request)](const agents::RunOptions& options) {
            agents::Session session;
            return agents_.run(request.agent, session, request.input, options);
          });
  }

  void resume(ExchangePtr exchange) const {
    const auto run = own_run(*exchange);
    if (!run) return respond(*exchange, tl::unexpected(run.error()));
    begin(std::move(exchange), false, [this, id = run->id](const agents::RunOptions& options) {
      return agents_.resume(id, options);
    });
  }

  void list_runs(http::Exchange& exchange) const {
    constexpr std::size_t kRunsLooked = 1000;
    constexpr std::size_t kRunsShown = 100;
    const auto runs = agents_.log().list(kRunsLooked);
    if (!runs) return respond(exchange, tl::unexpected(runs.error()));
    std::vector<std::string> items;
    for (const auto& run : *runs) {
      if (run.principal != exchange.request().principal || items.size() == kRunsShown) continue;
      items.push_back(run_json(run));
    }
    respond(exchange, list_json(items));
  }

  void show_run(http::Exchange& exchange) const {
    const auto run = own_run(exchange);
    respond(exchange, run ? Result<std::string>(run_json(*run)) : tl::unexpected(run.error()));
  }

  // What is recorded so far, one event a server-sent event.
  void events(http::Exchange& exchange) const {
    const auto run = own_run(exchange);
    if (!run) return respond(exchange, tl::unexpected(run.error()));
    const auto stored = agents_.log().show(run->id);
    if (!stored) return respond(exchange, tl::unexpected(stored.error()));
    exchange.announce(http::event_stream_head(), std::string(http::kEventComment));
    for (const auto& event : *stored) exchange.write(http::event_data(event_json(event)));
    exchange.write(http::event_data("[DONE]"));
    exchange.end();
  }

  void cancel(http::Exchange& exchange) const {
    const auto run = own_run(exchange);
    if (!run) return respond(exchange, tl::unexpected(run.error()));
    const Status done = agents_.cancel(run->id);
    if (!done) return respond(exchange, tl::unexpected(done.error()));
    show_run(exchange);
  }

  void replay(http::Exchange& exchange) const {
    const auto run = own_run(exchange);
    if (!run) return respond(exchange, tl::unexpected(run.error()));
    const auto report = agents_.replay(run->id);
    if (!report) return respond(exchange, tl::unexpected(report.error()));
    JsonObject out;
    out.add("id", run->id);
    out.add("object", "replay");
    out.add("same", report->is_same);
    out.add("whole", report->is_whole);
    out.add("events", report->events);
    out.add("difference", report->difference);
    respond(exchange, out.text());
  }

  void list_approvals(http::Exchange& exchange) const {
    const auto waiting = agents_.approvals().list(true, service_.clock.wall_ms());
    if (!waiting) return respond(exchange, tl::unexpected(waiting.error()));
    std::vector<std::string> items;
    for (const auto& approval : *waiting) items.push_back(security::approval_json(approval));
    respond(exchange, list_json(items));
  }

  void show_approval(http::Exchange& exchange) const {
    const auto found = agents_.approvals().find(id_of(exchange), service_.clock.wall_ms());
    respond(exchange, found ? Result<std::string>(security::approval_json(*found))
                            : tl::unexpected(found.error()));
  }

  // The routes are open to the role admin only, which is the role that answers.
  void answer(http::Exchange& exchange, bool approves) const {
    const security::Approver approver{exchange.request().principal, "admin"};
    const Status done =
        agents_.approvals().answer(id_of(exchange), approves, approver, service_.clock.wall_ms());
    if (!done) return respond(exchange, tl::unexpected(done.error()));
    show_approval(exchange);
  }

private:
  static std::string id_of(const http::Exchange& exchange) {
    return std::string(exchange.request().parameter("id"));
  }

  void begin(ExchangePtr exchange, bool streams, RunWork::Work work) const {
    start_work(service_, std::move(exchange), {},
               std::make_unique<RunWork>(std::move(work), streams));
  }

  // Somebody else's run is one that is not there.
  [[nodiscard]] Result<agents::RunSummary> own_run(const http::Exchange& exchange) const {
    const std::string id = id_of(exchange);
    OUTPOST_TRY(agents::RunSummary run, agents_.log().summary(id));
    if (run.id == id && run.principal == exchange.request().principal) return run;
    return outpost::fail(ErrorCode::kNotFound, "there is no run " + id.substr(0, 64));
  }

  Service& service_;
  AgentService& agents_;
};

} // namespace

void add_agent_routes(http::Router& router, Service& service, AgentService& agents) {
  const Handlers handlers(service, agents);
  using Plain = void (Handlers::*)(http::Exchange&) const;
  const auto add = [&](const char* method, const char* path, Plain handler,
                       http::Right right = http::Right::kUse) {
    http::Route route{method, path, [handlers, handler](ExchangePtr exchange) {
                        (handlers.*handler)(*exchange);
                      }};
    route.right = right;
    router.add(std::move(route));
  };
  add("GET", "/v1/agents", &Handlers::list_agents);
  router.add({"POST", "/v1/runs",
              [handlers](ExchangePtr exchange) { handlers.start_run(std::move(exchange)); }});
  add("GET", "/v1/runs", &Handlers::list_runs);
  add("GET", "/v1/runs/{id}", &Handlers::show_run);
  add("GET", "/v1/runs/{id}/events", &Handlers::events);
  add("POST", "/v1/runs/{id}/cancel", &Handlers::cancel);
  add("POST", "/v1/runs/{id}/replay", &Handlers::replay);
  router.add({"POST", "/v1/runs/{id}/resume",
              [handlers](ExchangePtr exchange) { handlers.resume(std::move(exchange)); }});
  add("GET", "/v1/approvals", &Handlers::list_approvals, http::Right::kManage);
  add("GET", "/v1/approvals/{id}", &Handlers::show_approval, http::Right::kManage);
  const auto add_answer = [&](const char* path, bool approves) {
    http::Route route{"POST", path, [handlers, approves](ExchangePtr exchange) {
                        handlers.answer(*exchange, approves);
                      }};
    route.right = http::Right::kManage;
    router.add(std::move(route));
  };
  add_answer("/v1/approvals/{id}/approve", true);
  add_answer("/v1/approvals/{id}/refuse", false);
}

} // namespace outpost::api
