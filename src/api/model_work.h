// Work on a model that a request asks for: takes its place in the gate, runs on one of its threads,
// answers the exchange. Generation is one kind (generation.h), scoring another.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <tl/expected.hpp>

#include "api/problem.h"
#include "api/service.h"
#include "http/exchange.h"
#include "http/router.h"

namespace outpost::api {

class ModelWork {
public:
  virtual ~ModelWork() = default;
  // On a thread of the gate. Must answer.
  virtual void run(http::Exchange& exchange) = 0;
  // Instead of run(): refused, or cut before it began.
  virtual void fail(http::Exchange& exchange, const Problem& problem) = 0;
};

struct WorkRequest {
  std::uint32_t slots = 1;
  std::uint32_t tokens = 1;                         // that it is likely to take
  std::int32_t priority = 0;                        // among the principal's own: lower first
  std::optional<std::chrono::milliseconds> timeout; // none: the server's
};

void start_work(Service& service, std::unique_ptr<http::Exchange> exchange,
                const WorkRequest& request, std::unique_ptr<ModelWork> work);

// Refuses a request that the gate has no place for before its body is read: under an overload most
// requests are refused, and each would be parsed for nothing. `render` is the API's error.
http::Admission admission(Service& service, http::Response (*render)(const Problem&));

// The model of that name, or why not: unknown (404), being loaded (503).
tl::expected<ServedModel, Problem> find_model(const Service& service, std::string_view name);

} // namespace outpost::api
