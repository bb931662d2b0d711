#include "cli/bench/runner.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace outpost::cli {
namespace {

constexpr std::uint32_t kFillTokens = 64; // computed, then copied to all other pages

std::uint32_t pages_of(std::uint32_t tokens) {
  return (tokens + kernels::kPageTokens - 1) / kernels::kPageTokens;
}

// Shared pages first, then those of each sequence.
std::uint32_t page_count(const Workload& workload) {
  const std::uint32_t shared = workload.shared / kernels::kPageTokens;
  return shared + workload.batch * (pages_of(workload.end()) - shared);
}

// The pages of each sequence, after each other: [batch][pages_of(end)].
std::vector<models::PageId> page_table(const Workload& workload) {
  const std::uint32_t shared = workload.shared / kernels::kPageTokens;
  const std::uint32_t each = pages_of(workload.end());
  std::vector<models::PageId> table;
  for (std::uint32_t sequence = 0; sequence < workload.batch; ++sequence) {
    for (std::uint32_t i = 0; i < each; ++i) {
      table.push_back(i < shared ? i : i + sequence * (each - shared));
    }
  }
  return table;
}

} // namespace

std::int32_t bench_token(std::uint32_t index, std::uint32_t vocabulary) {
  return static_cast<std::int32_t>((100 + index % 1000) % vocabulary);
}

Runner::Runner(const app::LoadedModel& loaded, app::Workbench workbench, std::uint32_t chunk_tokens,
               Clock& clock, const CancelToken& cancel)
    : vocabulary_(loaded.model->vocabulary_size()), workbench_(std::move(workbench)),
      chunk_tokens_(chunk_tokens), clock_(&clock), cancel_(cancel) {}

Result<Runner> Runner::make(const app::LoadedModel& loaded, std::span<const Workload> workloads,
                            std::uint32_t chunk_tokens, Clock& clock, const CancelToken& cancel) {
  const std::uint32_t context = loaded.model->context_tokens();
  std::uint32_t batch_max = 1;
  std::uint32_t pages_max = pages_of(kFillTokens);
  for (const Workload& workload : workloads) {
    if (workload.end() > context) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("{} is longer than the model's context of {} tokens", workload.name(),
                              context));
    }
    batch_max = std::max(batch_max, workload.batch);
    pages_max = std::max(pages_max, page_count(workload));
  }
  models::DecoderLimits limits;
  limits.rows_max = std::max({chunk_tokens, batch_max, kFillTokens});
  limits.sequences_max = std::max(limits.sequences_max, batch_max);
  limits.logits_rows_max = std::max(limits.logits_rows_max, batch_max);
  limits.context_tokens_max = std::min(context, pages_max * kernels::kPageTokens);
  OUTPOST_TRY(app::Workbench workbench,
              app::make_workbench(loaded, 1, pages_max * kernels::kPageTokens, limits));
  Runner runner(loaded, std::move(workbench), chunk_tokens, clock, cancel);
  OUTPOST_CHECK(runner.fill());
  return runner;
}

Status Runner::fill() {
  OUTPOST_CHECK(prefill({.tokens = kFillTokens}));
  const std::uint32_t computed = pages_of(kFillTokens);
  for (std::uint32_t page = computed; page < workbench_.kv->page_count(); ++page) {
    workbench_.kv->copy_page(page % computed, page);
  }
  return {};
}

Result<double> Runner::seconds(const Workload& workload) {
  const auto start = clock_->monotonic();
  OUTPOST_CHECK(workload.kind == WorkloadKind::kPrefill ? prefill(workload) : decode(workload));
  return std::chrono::duration<double>(clock_->monotonic() - start).count();
}

// In chunks, with logits for the last token.
Status Runner::prefill(const Workload& workload) {
  const std::vector<models::PageId> pages = page_table(workload);
  std::vector<std::int32_t> tokens(workload.tokens);
  for (std::uint32_t i = 0; i < tokens.size(); ++i) tokens[i] = bench_token(i, vocabulary_);
  for (std::uint32_t at = 0; at < workload.tokens; at += chunk_tokens_) {
    const std::uint32_t rows = std::min(chunk_tokens_, workload.tokens - at);
    const bool is_last = at + rows == workload.tokens;
    const std::uint32_t logits_row = rows - 1;
    const models::StepSequence sequence{pages, workload.depth + at, rows};
    OUTPOST_CHECK(workbench_.decoder->run(
        {std::span(tokens).subspan(at, rows), {&sequence, 1}, {&logits_row, is_last ? 1u : 0u}},
        cancel_));
  }
  return {};
}

// One row of every sequence in each step, all with logits.
Status Runner::decode(const Workload& workload) {
  const std::vector<models::PageId> pages = page_table(workload);
  const std::uint32_t each = pages_of(workload.end());
  std::vector<std::int32_t> tokens(workload.batch);
  std::vector<models::StepSequence> sequences(workload.batch);
  std::vector<std::uint32_t> rows(workload.batch);
  std::iota(rows.begin(), rows.end(), 0u);
  for (std::uint32_t k = 0; k < workload.tokens; ++k) {
    for (std::uint32_t s = 0; s < workload.batch; ++s) {
      tokens[s] = bench_token(100 + k + 11 * s, vocabulary_);
      sequences[s] = {std::span(pages).subspan(std::size_t{s} * each, each), workload.depth + k, 1};
    }
    OUTPOST_CHECK(workbench_.decoder->run({tokens, sequences, rows}, cancel_));
  }
  return {};
}

} // namespace outpost::cli
