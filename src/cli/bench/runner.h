// Runs workloads on the bare decoder: no sampling, no scheduler. The token ids are fixed and the
// same as any peer can be given, so that both sides compute the same.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "app/loaded_model.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "cli/bench/workload.h"

namespace outpost::cli {

// Ids that every vocabulary of a real model has; smaller ones wrap.
std::int32_t bench_token(std::uint32_t index, std::uint32_t vocabulary);

class Runner {
public:
  // Takes the KV memory that the largest of the workloads needs, and fills it: what lies at a depth
  // are copies of computed keys and values, since time does not depend on what they say.
  // kLimitExceeded: a workload is longer than the model's context.
  static Result<Runner> make(const app::LoadedModel& loaded, std::span<const Workload> workloads,
                             std::uint32_t chunk_tokens, Clock& clock, const CancelToken& cancel);

  // Seconds that it takes once. REQUIRES: it fits what make() was told.
  Result<double> seconds(const Workload& workload);

private:
  Runner(const app::LoadedModel& loaded, app::Workbench workbench, std::uint32_t chunk_tokens,
         Clock& clock, const CancelToken& cancel);
  Status fill();
  Status prefill(const Workload& workload);
  Status decode(const Workload& workload);

  std::uint32_t vocabulary_;
  app::Workbench workbench_;
  std::uint32_t chunk_tokens_;
  Clock* clock_;
  CancelToken cancel_;
};

} // namespace outpost::cli
