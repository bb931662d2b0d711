#include "cli/bench/first_token.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>
#include <vector>

#include "cli/bench/runner.h"
#include "platform/process.h"

namespace outpost::cli {
namespace {

// The child prints one number: nanoseconds.
Result<std::chrono::nanoseconds> parse_nanoseconds(const std::string& text) {
  std::int64_t count = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc()) {
    return fail(ErrorCode::kInternal, "the started process did not say when it had its token: '" +
                                          text.substr(0, 200) + "'");
  }
  return std::chrono::nanoseconds(count);
}

Result<double> start_once(const std::filesystem::path& model, unsigned threads, Clock& clock,
                          const CancelToken& cancel) {
  OUTPOST_TRY(const std::filesystem::path program, platform::program_path());
  platform::ProcessRequest request;
  request.arguments = {program.string(), "bench",     model.string(),
                       "--first-token",  "--threads", std::to_string(threads)};
  const auto start = clock.monotonic();
  OUTPOST_TRY(const platform::ProcessResult result, platform::run_process(request, cancel));
  if (result.exit_code != 0) {
    return fail(ErrorCode::kInternal, "the started process failed: " + result.output);
  }
  OUTPOST_TRY(const auto token_at, parse_nanoseconds(result.output));
  return std::chrono::duration<double>(token_at - start).count();
}

} // namespace

Result<std::chrono::nanoseconds> reach_first_token(const std::filesystem::path& model,
                                                   unsigned threads,
                                                   const app::Environment& environment,
                                                   Clock& clock, const CancelToken& cancel) {
  OUTPOST_TRY(const app::LoadedModel loaded, app::load_model(model, {threads, false}, environment));
  models::DecoderLimits limits;
  limits.rows_max = kStartPromptTokens;
  limits.sequences_max = limits.logits_rows_max = 1;
  limits.context_tokens_max = kStartPromptTokens;
  OUTPOST_TRY(const app::Workbench workbench,
              app::make_workbench(loaded, 1, kStartPromptTokens, limits));
  std::array<models::PageId, kStartPromptTokens / kernels::kPageTokens> pages{};
  std::array<std::int32_t, kStartPromptTokens> tokens{};
  for (std::uint32_t i = 0; i < pages.size(); ++i) pages.at(i) = i;
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    tokens.at(i) = bench_token(i, loaded.model->vocabulary_size());
  }
  const models::StepSequence sequence{pages, 0, kStartPromptTokens};
  const std::uint32_t last = kStartPromptTokens - 1;
  OUTPOST_TRY(const std::span<const float> logits,
              workbench.decoder->run({tokens, {&sequence, 1}, {&last, 1}}, cancel));
  const auto likeliest = std::max_element(logits.begin(), logits.end());
  if (likeliest == logits.end()) return fail(ErrorCode::kInternal, "no logits came back");
  return clock.monotonic();
}

Result<double> measure_start(const std::filesystem::path& model, unsigned threads,
                             std::uint32_t repetitions, Clock& clock, const CancelToken& cancel) {
  std::vector<double> taken;
  for (std::uint32_t i = 0; i <= repetitions; ++i) {
    OUTPOST_TRY(const double seconds, start_once(model, threads, clock, cancel));
    if (i != 0) taken.push_back(seconds);
  }
  const auto middle = taken.begin() + static_cast<std::ptrdiff_t>(taken.size() / 2);
  std::nth_element(taken.begin(), middle, taken.end());
  return *middle;
}

} // namespace outpost::cli
