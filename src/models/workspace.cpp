#include "models/workspace.h"

#include <algorithm>

#include "base/checked.h"

namespace outpost::models {
namespace {

// The same walk counts bytes (no arena) and takes them.
class Taker {
public:
  explicit Taker(platform::Arena* arena) : arena_(arena) {}

  template <class T>
  T* array(std::size_t count) {
    const std::size_t bytes = round_up<std::size_t>(count * sizeof(T), 64);
    total_ += bytes;
    return arena_ == nullptr ? nullptr : reinterpret_cast<T*>(arena_->take(bytes).data());
  }
  [[nodiscard]] std::size_t total() const { return total_; }

private:
  platform::Arena* arena_;
  std::size_t total_ = 0;
};

kernels::QuantizedRows take_codes(Taker& take, std::size_t rows, std::size_t cols) {
  const std::size_t padded = round_up<std::size_t>(cols, 256);
  return {.codes = take.array<std::int8_t>(rows * padded),
          .scales = take.array<float>(rows * padded / kernels::kActivationGroup),
          .sums = take.array<std::int16_t>(rows * padded / 16),
          .outliers = take.array<float>(rows * kOutliersMax)};
}

Workspace take_workspace(Taker& take, const Config& c, std::size_t rows, std::size_t input_stride) {
  const std::uint32_t widest = std::max({c.width, c.dim(Dim::kQueryWidth), c.ffn_width});
  const std::size_t scratch = round_up<std::size_t>(kernels::matmul_scratch_bytes(widest), 64);
  Workspace w;
  w.residual = take.array<float>(std::size_t{kReplicatedRowsMax} * c.width);
  w.input = take.array<float>(rows * input_stride);
  w.codes = take_codes(take, rows, widest);
  w.attended = take.array<float>(rows * c.dim(Dim::kQueryWidth));
  w.gate_up = take.array<float>(rows * c.dim(Dim::kGateUpWidth));
  w.projected = take.array<float>(rows * c.width);
  w.matmul_scratch = {take.array<std::byte>(scratch), scratch};
  w.attention_scratch = take.array<std::byte>(kernels::attention_scratch_bytes(c.head_size));
  w.queries = take.array<kernels::AttentionQuery>(kQueriesMax);
  return w;
}

RopeRows take_rope(Taker& take, const Config& c, const DecoderLimits& limits) {
  const std::size_t count = std::size_t{limits.rows_max} * c.dim(Dim::kRotaryHalf);
  return {.cos = take.array<float>(count), .sin = take.array<float>(count)};
}

Buffers walk(Taker& take, const Config& c, const DecoderLimits& limits, unsigned worker_count) {
  Buffers b;
  b.residual = take.array<float>(std::size_t{limits.rows_max} * c.width);
  b.qkv = take.array<float>(std::size_t{limits.rows_max} * c.dim(Dim::kQkvWidth));
  b.logits = take.array<float>(std::size_t{limits.logits_rows_max} * c.vocabulary_size);
  b.logits_rows = take.array<std::uint32_t>(limits.logits_rows_max);
  b.hidden = take.array<float>(std::size_t{limits.rows_max} * c.width);
  b.hidden_rows = take.array<std::uint32_t>(limits.rows_max);
  b.inner = take.array<float>(std::size_t{limits.logits_rows_max} * c.width);
  b.places = take.array<RowPlace>(limits.rows_max);
  b.rope = take_rope(take, c, limits);
  b.window_rope = c.window == 0 ? b.rope : take_rope(take, c, limits);
  b.ones = take.array<float>(c.arch->is_gated() ? 0 : c.ffn_width);
  if (c.kv_head_count % worker_count != 0) {
    b.attention_parts =
        take.array<float>(std::size_t{c.kv_head_count} * kSharedQueriesMax * kSharedChunksMax *
                          kernels::attention_part_floats(c.head_size));
  }
  b.input_stride = std::max({c.width, c.dim(Dim::kQueryWidth), c.ffn_width});
  const std::uint32_t shared =
      std::max({kBlockRowsMax, shared_rows_max(worker_count), limits.logits_rows_max});
  for (unsigned worker = 0; worker < worker_count; ++worker) {
    const std::uint32_t rows = worker == 0 ? shared : kBlockRowsMax;
    b.workspaces.push_back(take_workspace(take, c, rows, b.input_stride));
  }
  return b;
}

} // namespace

std::size_t buffer_bytes(const Config& config, const DecoderLimits& limits, unsigned worker_count) {
  Taker count(nullptr);
  walk(count, config, limits, worker_count);
  return count.total();
}

Buffers lay_out(const Config& config, const DecoderLimits& limits, unsigned worker_count,
                platform::Arena& arena) {
  Taker take(&arena);
  return walk(take, config, limits, worker_count);
}

} // namespace outpost::models
