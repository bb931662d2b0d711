#include "cli/bench/copy.h"

#include <algorithm>

#include "engine/engine.h"

namespace outpost::cli {
namespace {

constexpr std::uint32_t kContextTokens = 4096;

struct Answer {
  std::vector<text::TokenId> tokens;
  double tokens_per_second = 0;
};

double upper_median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

class CopyBench {
public:
  CopyBench(engine::Engine& engine, CancelToken cancel)
      : engine_(engine), cancel_(std::move(cancel)) {}

  Result<MeasuredCopy> measure(const CopyTask& task, std::uint32_t repetitions) {
    MeasuredCopy measured{.name = task.name, .is_same_text = true};
    std::vector<double> without, with;
    for (std::uint32_t i = 0; i < repetitions; ++i) {
      OUTPOST_TRY(const Answer plain, answer(task, 0));
      const std::uint64_t drafted = engine_.counters().drafted;
      const std::uint64_t accepted = engine_.counters().accepted;
      OUTPOST_TRY(const Answer speculated, answer(task, engine::kDraftTokensMax));
      measured.drafted = engine_.counters().drafted - drafted;
      measured.accepted = engine_.counters().accepted - accepted;
      measured.tokens = static_cast<std::uint32_t>(plain.tokens.size());
      measured.is_same_text = measured.is_same_text && plain.tokens == speculated.tokens;
      without.push_back(plain.tokens_per_second);
      with.push_back(speculated.tokens_per_second);
    }
    measured.tokens_per_second_without = upper_median(without);
    measured.tokens_per_second = upper_median(with);
    return measured;
  }

private:
  Result<Answer> answer(const CopyTask& task, std::uint32_t draft_tokens_max) {
    engine::GenerateRequest request;
    request.principal.value = "bench";
    request.prompt = engine_.tokenizer().encode(task.prompt, text::ControlTokens::kParse);
    request.max_tokens = task.tokens_max;
    request.sampling.temperature = task.temperature;
    request.sampling.seed = 1;
    request.draft_tokens_max = draft_tokens_max;
    OUTPOST_TRY(engine::Generated generated,
                engine_.generate(std::move(request), [](const chat::TextDelta&) {}, cancel_));
    Answer answer{.tokens = std::move(generated.tokens)};
    const double seconds = generated.finished.timings.decode_ms / 1e3;
    if (answer.tokens.size() > 1 && seconds > 0) {
      answer.tokens_per_second = static_cast<double>(answer.tokens.size() - 1) / seconds;
    }
    return answer;
  }

  engine::Engine& engine_;
  CancelToken cancel_;
};

} // namespace

Result<std::vector<MeasuredCopy>> measure_copies(const app::LoadedModel& loaded,
                                                 std::uint32_t repetitions, Clock& clock,
                                                 const CancelToken& cancel) {
  engine::EngineConfig config;
  config.kv_tokens = config.context_tokens = kContextTokens;
  OUTPOST_TRY(const auto engine,
              engine::Engine::make(*loaded.model, *loaded.tokenizer, loaded.kernels,
                                   *loaded.workers, clock, config));
  CopyBench bench(*engine, cancel);
  std::vector<MeasuredCopy> copies;
  for (const CopyTask& task : copy_tasks()) {
    OUTPOST_TRY(MeasuredCopy measured, bench.measure(task, repetitions));
    copies.push_back(std::move(measured));
  }
  return copies;
}

} // namespace outpost::cli
