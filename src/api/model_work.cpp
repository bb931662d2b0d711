#include "api/model_work.h"

#include <utility>

namespace outpost::api {
namespace {

Problem problem_of(const GateRefusal& refusal) {
  Problem problem;
  problem.status = refusal.is_own_limit ? 429 : 503;
  problem.code = refusal.is_own_limit ? "rate_limited" : "busy";
  problem.message = refusal.message + "; try again later";
  problem.retry_after = refusal.retry_after;
  return problem;
}

} // namespace

void start_work(Service& service, std::unique_ptr<http::Exchange> exchange,
                const WorkRequest& request, std::unique_ptr<ModelWork> work) {
  if (service.quota != nullptr) {
    if (const auto refusal = service.quota->admit(exchange->request().principal)) {
      return work->fail(*exchange, problem_of(*refusal));
    }
  }
  Ticket ticket;
  ticket.principal = exchange->request().principal;
  ticket.slots = request.slots;
  ticket.tokens = request.tokens;
  ticket.work_class = service.work_class(ticket.principal);
  ticket.priority = request.priority;
  ticket.cancel = exchange->cancel();
  if (request.timeout) {
    ticket.deadline = exchange->request().arrived + *request.timeout;
    exchange->set_deadline(*ticket.deadline);
  }
  struct Held {
    std::unique_ptr<ModelWork> work;
    std::unique_ptr<http::Exchange> exchange; // answered before the work goes
  };
  // Shared only because std::function must be copyable.
  const auto held = std::make_shared<Held>(Held{std::move(work), std::move(exchange)});
  ticket.run = [held] {
    http::Exchange& asked = *held->exchange;
    if (asked.cancel().cancelled()) {
      held->work->fail(asked, api::problem_of(asked.cut_cause()));
    } else {
      held->work->run(asked);
    }
  };
  if (const auto refusal = service.gate.submit(std::move(ticket))) {
    held->work->fail(*held->exchange, problem_of(*refusal));
  }
}

http::Admission admission(Service& service, http::Response (*render)(const Problem&)) {
  return [&service, render](const http::Request& request) -> std::optional<http::Response> {
    const auto refusal = service.gate.refuses(request.principal);
    if (!refusal) return std::nullopt;
    return render(problem_of(*refusal));
  };
}

tl::expected<ServedModel, Problem> find_model(const Service& service, std::string_view name) {
  auto served = service.models.find(name);
  if (served) return *std::move(served);
  Problem problem = api::problem_of(served.error());
  if (problem.status == 404) {
    problem.code = "model_not_found";
    problem.parameter = "model";
  }
  return tl::unexpected(std::move(problem));
}

} // namespace outpost::api
