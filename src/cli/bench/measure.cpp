#include "cli/bench/measure.h"

#include <algorithm>
#include <numeric>

namespace outpost::cli {
namespace {

constexpr std::uint32_t kPromptTokens = 16; // each decoding sequence starts from these

// Ids that every vocabulary of a real model has; smaller ones wrap.
std::int32_t bench_token(std::uint32_t index, std::uint32_t vocabulary) {
  return static_cast<std::int32_t>((100 + index % 1000) % vocabulary);
}

class Bench {
public:
  Bench(const app::LoadedModel& loaded, const app::Workbench& workbench, const BenchPlan& plan,
        std::uint32_t pages_each, Clock& clock, const CancelToken& cancel)
      : vocabulary_(loaded.model->vocabulary_size()), workbench_(workbench), plan_(plan),
        clock_(clock), cancel_(cancel), pages_each_(pages_each),
        pages_(workbench.kv->page_count()) {
    std::iota(pages_.begin(), pages_.end(), 0u);
  }

  // Seconds for one prefill in chunks, with logits for the last token.
  Result<double> prefill() {
    std::vector<std::int32_t> tokens(plan_.prefill_tokens);
    for (std::uint32_t i = 0; i < tokens.size(); ++i) tokens[i] = bench_token(i, vocabulary_);
    const auto start = clock_.monotonic();
    for (std::uint32_t at = 0; at < tokens.size(); at += plan_.chunk_tokens) {
      const auto rows = std::min<std::uint32_t>(plan_.chunk_tokens,
                                                static_cast<std::uint32_t>(tokens.size()) - at);
      const bool last = at + rows == tokens.size();
      const std::uint32_t logits_row = rows - 1;
      const models::StepSequence sequence{sequence_pages(0), at, rows};
      OUTPOST_CHECK(workbench_.decoder->run(
          {std::span(tokens).subspan(at, rows), {&sequence, 1}, {&logits_row, last ? 1u : 0u}},
          cancel_));
    }
    return seconds_since(start);
  }

  // Seconds for decode_tokens steps of `batch` sequences together, prompts not counted.
  Result<double> decode(std::uint32_t batch) {
    for (std::uint32_t s = 0; s < batch; ++s) OUTPOST_CHECK(read_prompt(s));
    std::vector<std::int32_t> tokens(batch);
    std::vector<models::StepSequence> sequences(batch);
    std::vector<std::uint32_t> rows(batch);
    std::iota(rows.begin(), rows.end(), 0u);
    const auto start = clock_.monotonic();
    for (std::uint32_t k = 0; k < plan_.decode_tokens; ++k) {
      for (std::uint32_t s = 0; s < batch; ++s) {
        tokens[s] = bench_token(100 + k + 11 * s, vocabulary_);
        sequences[s] = {sequence_pages(s), kPromptTokens + k, 1};
      }
      OUTPOST_CHECK(workbench_.decoder->run({tokens, sequences, rows}, cancel_));
    }
    return seconds_since(start);
  }

private:
  [[nodiscard]] std::span<const models::PageId> sequence_pages(std::uint32_t sequence) const {
    return std::span(pages_).subspan(std::size_t{sequence} * pages_each_, pages_each_);
  }

  Status read_prompt(std::uint32_t sequence) {
    std::array<std::int32_t, kPromptTokens> tokens{};
    for (std::uint32_t i = 0; i < kPromptTokens; ++i) {
      tokens.at(i) = bench_token(37 * sequence + i, vocabulary_);
    }
    const models::StepSequence row{sequence_pages(sequence), 0, kPromptTokens};
    OUTPOST_CHECK(workbench_.decoder->run({tokens, {&row, 1}, {}}, cancel_));
    return {};
  }

  [[nodiscard]] double seconds_since(std::chrono::nanoseconds start) {
    return std::chrono::duration<double>(clock_.monotonic() - start).count();
  }

  std::uint32_t vocabulary_;
  const app::Workbench& workbench_;
  const BenchPlan& plan_;
  Clock& clock_;
  const CancelToken& cancel_;
  std::uint32_t pages_each_;
  std::vector<models::PageId> pages_;
};

// Runs `once` repetitions + 1 times, drops the first, gives `tokens` over the median seconds.
template <class Once>
Result<double> median_rate(std::uint32_t repetitions, double tokens, Once&& once) {
  std::vector<double> rates;
  for (std::uint32_t i = 0; i <= repetitions; ++i) {
    OUTPOST_TRY(const double seconds, once());
    if (i != 0) rates.push_back(tokens / seconds);
  }
  std::sort(rates.begin(), rates.end());
  const std::size_t middle = rates.size() / 2;
  return rates.size() % 2 == 1 ? rates[middle] : (rates[middle - 1] + rates[middle]) / 2;
}

} // namespace

Result<BenchResult> measure(const app::LoadedModel& loaded, const BenchPlan& plan, Clock& clock,
                            const CancelToken& cancel) {
  const std::uint32_t batch_max =
      plan.batches.empty() ? 1 : *std::max_element(plan.batches.begin(), plan.batches.end());
  // Whole pages; the prefill may spread over the pages of all sequences when it is the longest.
  const std::uint32_t decode_pages =
      (kPromptTokens + plan.decode_tokens + kernels::kPageTokens - 1) / kernels::kPageTokens;
  const std::uint32_t prefill_pages =
      (plan.prefill_tokens + kernels::kPageTokens - 1) / kernels::kPageTokens;
  const std::uint32_t pages_each = std::max(decode_pages, prefill_pages);
  models::DecoderLimits limits;
  limits.rows_max = std::max({plan.chunk_tokens, batch_max, kPromptTokens});
  limits.sequences_max = std::max(limits.sequences_max, batch_max);
  limits.logits_rows_max = std::max(limits.logits_rows_max, batch_max);
  OUTPOST_TRY(const app::Workbench workbench,
              app::make_workbench(loaded, batch_max, pages_each * kernels::kPageTokens, limits));
  Bench bench(loaded, workbench, plan, pages_each, clock, cancel);
  BenchResult result;
  OUTPOST_TRY(result.prefill_tokens_per_second,
              median_rate(plan.repetitions, plan.prefill_tokens, [&] { return bench.prefill(); }));
  for (const std::uint32_t batch : plan.batches) {
    OUTPOST_TRY(const double rate,
                median_rate(plan.repetitions, double{1} * plan.decode_tokens * batch,
                            [&] { return bench.decode(batch); }));
    result.decode_tokens_per_second.push_back(rate);
  }
  return result;
}

} // namespace outpost::cli
