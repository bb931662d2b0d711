#include "engine/testing/fake_engine.h"

#include "base/assert.h"

namespace outpost::engine::testing {
namespace {

EngineConfig config_of(const FakeEngineSize& size) {
  EngineConfig config;
  config.rows_max = size.rows_max;
  config.sequences_max = size.sequences_max;
  config.logits_rows_max = size.logits_rows_max;
  config.prompt_rows_beside_answers = 16;
  return config;
}

} // namespace

FakeEngine::FakeEngine(const FakeEngineSize& size)
    : kernels(*kernels::select_kernels({}, "scalar")), workers(size.threads),
      arena(FakeDecoder::make_arena(size.pages)),
      decoder(arena, tokenizer.vocabulary_size(),
              {size.rows_max, size.sequences_max, size.logits_rows_max, 0}),
      config(config_of(size)), queue(config),
      loop({decoder, arena, kernels.rows, tokenizer.vocabulary_size(), workers, clock, queue},
           config, stop.token()) {}

std::unique_ptr<GenerateJob> FakeEngine::make_job(GenerateRequest request, CancelToken cancel) {
  if (!request.sampling.seed) request.sampling.seed = 1;
  auto stops = StopStrings::make(request.stop);
  OUTPOST_ASSERT(stops.has_value());
  const GenerateJob::Vocabulary vocabulary{tokenizer, order, tokenizer.vocabulary_size()};
  auto job = std::make_unique<GenerateJob>(std::move(request), *std::move(stops), std::move(cancel),
                                           vocabulary, clock);
  const Status begun = job->begin();
  OUTPOST_ASSERT(begun.has_value());
  return job;
}

void FakeEngine::run_all() {
  while (loop.step()) {
  }
}

} // namespace outpost::engine::testing
