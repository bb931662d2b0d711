#include "engine/testing/fake_decoder.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace outpost::engine::testing {
namespace {

constexpr std::uint64_t kSeed = 0x243F6A8885A308D3u;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 29);
}

} // namespace

FakeDecoder::FakeDecoder(const models::KvArena& kv, std::size_t vocabulary_size,
                         const models::DecoderLimits& limits)
    : kv_(kv), vocabulary_size_(vocabulary_size), limits_(limits),
      logits_(vocabulary_size * limits.logits_rows_max) {
  hidden_.reserve(std::size_t{2} * limits.rows_max);
}

models::KvArena FakeDecoder::make_arena(std::uint32_t page_count) {
  const models::KvShape shape{1, 1, 2, kernels::KvType::kF32};
  auto arena = models::KvArena::make(shape, page_count);
  OUTPOST_ASSERT(arena.has_value());
  return *std::move(arena);
}

// The keys of a page are 32 floats; the first 16 hold the tokens, the others their positions.
std::int32_t* FakeDecoder::slot(models::PageId page, std::uint32_t position) const {
  auto* slots = reinterpret_cast<std::int32_t*>(kv_.head(0, 0).page(page).keys);
  return slots + position % kernels::kPageTokens;
}

void FakeDecoder::write_rows(const models::StepSequence& sequence,
                             std::span<const std::int32_t> tokens) {
  for (std::uint32_t i = 0; i < sequence.row_count; ++i) {
    const std::uint32_t position = sequence.first_position + i;
    std::int32_t* place = slot(sequence.pages[position / kernels::kPageTokens], position);
    place[0] = tokens[i];
    place[kernels::kPageTokens] = static_cast<std::int32_t>(position);
  }
}

std::uint64_t FakeDecoder::read_hash(const models::StepSequence& sequence,
                                     std::uint32_t position) const {
  std::uint64_t hash = kSeed;
  for (std::uint32_t p = 0; p <= position; ++p) {
    const std::int32_t* place = slot(sequence.pages[p / kernels::kPageTokens], p);
    OUTPOST_ASSERT(place[kernels::kPageTokens] == static_cast<std::int32_t>(p));
    if (remembers(p, position)) hash = mix(hash, static_cast<std::uint32_t>(place[0]));
  }
  return hash;
}

void FakeDecoder::fill_logits(std::uint64_t hash, std::span<float> out) const {
  for (std::size_t v = 0; v < out.size(); ++v) {
    out[v] = static_cast<float>(mix(hash, v) >> 40) / 2097152.0f - 4.0f;
  }
  if (end_logit_) out[end_logit_->first] = end_logit_->second;
}

void FakeDecoder::fill_states(const models::Step& step, std::span<const std::uint32_t> rows,
                              std::vector<float>& states) const {
  states.clear();
  std::size_t wanted = 0, row = 0;
  for (const models::StepSequence& sequence : step.sequences) {
    for (std::uint32_t i = 0; i < sequence.row_count; ++i, ++row) {
      if (wanted == rows.size() || rows[wanted] != row) continue;
      ++wanted;
      const std::uint32_t position = sequence.first_position + i;
      const auto* place = slot(sequence.pages[position / kernels::kPageTokens], position);
      states.push_back(static_cast<float>(place[0]));
      states.push_back(static_cast<float>(position));
    }
  }
}

void FakeDecoder::set_end_logit(std::size_t token, float logit) { end_logit_ = {token, logit}; }

std::vector<float> FakeDecoder::logits_after(std::span<const std::int32_t> tokens) const {
  std::uint64_t hash = kSeed;
  for (std::size_t p = 0; p < tokens.size(); ++p) {
    if (remembers(p, tokens.size() - 1)) hash = mix(hash, static_cast<std::uint32_t>(tokens[p]));
  }
  std::vector<float> out(vocabulary_size_);
  fill_logits(hash, out);
  return out;
}

Result<std::span<const float>> FakeDecoder::run(const models::Step& step,
                                                const CancelToken& cancel) {
  OUTPOST_ASSERT(!step.tokens.empty() && step.tokens.size() <= limits_.rows_max);
  OUTPOST_ASSERT(step.sequences.size() <= limits_.sequences_max);
  OUTPOST_ASSERT(step.logits_rows.size() <= limits_.logits_rows_max);
  OUTPOST_ASSERT(std::ranges::is_sorted(step.logits_rows));
  if (next_error_) return fail(*std::exchange(next_error_, std::nullopt));
  if (on_run_) on_run_(cancel);
  if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "cancelled");
  rows_run_ += step.tokens.size();
  rows_max_seen_ = std::max(rows_max_seen_, static_cast<std::uint32_t>(step.tokens.size()));
  std::size_t row = 0;
  for (const models::StepSequence& sequence : step.sequences) {
    write_rows(sequence, step.tokens.subspan(row, sequence.row_count));
    row += sequence.row_count;
  }
  OUTPOST_ASSERT(row == step.tokens.size());
  fill_states(step, step.hidden_rows, hidden_);
  fill_states(step, step.inner_rows, inner_);
  std::size_t wanted = 0;
  row = 0;
  for (const models::StepSequence& sequence : step.sequences) {
    for (; wanted < step.logits_rows.size() && step.logits_rows[wanted] < row + sequence.row_count;
         ++wanted) {
      const auto position =
          static_cast<std::uint32_t>(sequence.first_position + (step.logits_rows[wanted] - row));
      const auto out = std::span(logits_).subspan(wanted * vocabulary_size_, vocabulary_size_);
      fill_logits(read_hash(sequence, position), out);
    }
    row += sequence.row_count;
  }
  return std::span<const float>(logits_).first(wanted * vocabulary_size_);
}

} // namespace outpost::engine::testing
