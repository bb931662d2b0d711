// The measurements of `outpost bench`, on the bare decoder: no sampling, no scheduler. The token
// ids are fixed and the same as any peer can be given, so that both sides compute the same.
#pragma once
#include <cstdint>
#include <vector>

#include "app/loaded_model.h"
#include "base/clock.h"
#include "base/result.h"

namespace outpost::cli {

struct BenchPlan {
  std::uint32_t prefill_tokens = 512;
  std::uint32_t decode_tokens = 64;
  std::vector<std::uint32_t> batches = {1};
  std::uint32_t repetitions = 3;
  std::uint32_t chunk_tokens = 512;
};

struct BenchResult {
  double prefill_tokens_per_second = 0;
  std::vector<double> decode_tokens_per_second; // one for each batch
};

// One warm-up run is dropped; each figure is the median of the repetitions.
Result<BenchResult> measure(const app::LoadedModel& loaded, const BenchPlan& plan, Clock& clock,
                            const CancelToken& cancel);

} // namespace outpost::cli
