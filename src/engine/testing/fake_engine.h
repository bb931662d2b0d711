// The engine's step loop over the fake decoder, stepped by the test itself: no thread, no model.
#pragma once
#include <memory>

#include "engine/closing_order.h"
#include "engine/generate_job.h"
#include "engine/step_loop.h"
#include "engine/testing/fake_decoder.h"
#include "engine/testing/fake_tokenizer.h"
#include "kernels/kernels.h"

namespace outpost::engine::testing {

struct FakeEngineSize {
  std::uint32_t pages = 64;
  std::uint32_t rows_max = 64;
  std::uint32_t sequences_max = 8;
  std::uint32_t logits_rows_max = 8;
  unsigned threads = 1;
};

class FakeEngine {
public:
  explicit FakeEngine(const FakeEngineSize& size = {});

  // Makes a job, with what its grammar forces before the first token.
  std::unique_ptr<GenerateJob> make_job(GenerateRequest request, CancelToken cancel = {});
  // Steps until nothing runs and nothing waits.
  void run_all();

  FakeTokenizer tokenizer;
  ClosingOrder order{tokenizer};
  kernels::KernelTable kernels;
  FakeClock clock; // stands still: the engine never learns what a step costs
  platform::Workers workers;
  models::KvArena arena;
  FakeDecoder decoder;
  EngineConfig config;
  JobQueue queue;
  CancelSource stop;
  StepLoop loop;
};

} // namespace outpost::engine::testing
