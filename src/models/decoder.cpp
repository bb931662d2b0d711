#include "models/decoder.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "base/assert.h"
#include "models/block_queue.h"
#include "models/layer_pass.h"
#include "models/rope.h"

namespace outpost::models {
namespace {

// Far above what a step is good for; the products of sizes below stay far from overflow.
constexpr std::uint32_t kRowsMax = 1u << 16;

class RowDecoder final : public Decoder {
public:
  RowDecoder(const Model& model, KvArena& kv, platform::Workers& workers,
             const DecoderLimits& limits, platform::Arena arena, InputObserver* observer)
      : model_(model.parts()), kv_(kv), workers_(workers), limits_(limits),
        arena_(std::move(arena)), buffers_(lay_out(model_.config, limits, workers.count(), arena_)),
        taken_(workers.count()), context_{model_, kv_, workers_, buffers_, observer, taken_},
        blocks_(plan_step(limits.rows_max, workers.count(), false).block_count),
        rope_(model_.config.rope, model_.config.rotary_size, rope_factors(),
              limits.context_tokens_max),
        window_rope_(model_.config.window_rope, model_.config.rotary_size, nullptr,
                     model_.config.window == 0 ? 0 : limits.context_tokens_max) {
    if (!model_.config.arch->is_gated()) {
      std::fill_n(buffers_.ones, model_.config.ffn_width, 1.0f);
    }
  }

  const DecoderLimits& limits() const override { return limits_; }
  std::size_t scratch_bytes() const override { return arena_.bytes().size(); }

  std::uint32_t width() const override { return model_.config.width; }
  std::span<const float> hidden() const override {
    return {buffers_.hidden, std::size_t{hidden_count_} * model_.config.width};
  }
  std::span<const float> inner() const override {
    return {buffers_.inner, std::size_t{inner_count_} * model_.config.width};
  }

  Result<std::span<const float>> run(const Step& step, const CancelToken& cancel) override {
    hidden_count_ = 0;
    inner_count_ = static_cast<std::uint32_t>(step.inner_rows.size());
    place_rows(step);
    // Replicated rows are each worker's own: hidden states are read from those that all share.
    plan_ = plan_step(static_cast<std::uint32_t>(step.tokens.size()), workers_.count(),
                      step.hidden_rows.empty());
    stop_at_.store(kNowhere, std::memory_order_relaxed);
    blocks_.reset(plan_.block_count, model_.config.layer_count, model_.config.arch->is_causal);
    run_all([&](unsigned worker) {
      if (plan_.sharing == Sharing::kBlocks) return run_blocks(step, cancel, worker);
      run_together(step, cancel, worker);
    });
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "the step was cancelled");
    if (step.logits_rows.empty() && step.hidden_rows.empty()) return std::span<const float>();
    keep_wanted_rows(step);
    blocks_.reset(plan_.block_count, 1, model_.config.arch->is_causal);
    run_all([&](unsigned worker) { finish_last_layer(step, worker); });
    take_hidden(static_cast<std::uint32_t>(step.hidden_rows.size()));
    const auto wanted = static_cast<std::uint32_t>(step.logits_rows.size());
    if (wanted == 0) return std::span<const float>();
    plan_.sharing = plan_.sharing == Sharing::kReplicated ? Sharing::kReplicated : Sharing::kPanels;
    run_all([&](unsigned worker) {
      Lane lane(context_, plan_, worker);
      LayerPass(context_, lane).head(wanted);
    });
    return std::span<const float>(buffers_.logits,
                                  std::size_t{wanted} * model_.config.vocabulary_size);
  }

private:
  template <class Body>
  void run_all(const Body& body) {
    taken_.reset();
    workers_.run([&](unsigned worker) { body(worker); });
  }

  [[nodiscard]] const float* rope_factors() const {
    const Weights& w = model_.weights;
    const bool stretched = limits_.context_tokens_max > model_.config.original_context_tokens;
    if (stretched && w.rope_factors_long != nullptr) return w.rope_factors_long;
    if (!stretched && w.rope_factors_short != nullptr) return w.rope_factors_short;
    return w.rope_factors;
  }

  void place_rows(const Step& step) {
    OUTPOST_ASSERT(!step.tokens.empty() && step.tokens.size() <= limits_.rows_max);
    OUTPOST_ASSERT(step.logits_rows.size() <= limits_.logits_rows_max);
    OUTPOST_ASSERT(step.inner_rows.size() <= limits_.logits_rows_max);
    std::uint32_t row = 0;
    const bool is_causal = model_.config.arch->is_causal;
    for (std::uint32_t s = 0; s < step.sequences.size(); ++s) {
      const StepSequence& sequence = step.sequences[s];
      OUTPOST_ASSERT(is_causal || sequence.first_position == 0);
      const std::uint32_t end = sequence.first_position + sequence.row_count;
      OUTPOST_ASSERT(end <= limits_.context_tokens_max);
      OUTPOST_ASSERT(end <= sequence.pages.size() * kernels::kPageTokens);
      OUTPOST_ASSERT(row + sequence.row_count <= step.tokens.size());
      for (std::uint32_t i = 0; i < sequence.row_count; ++i) {
        buffers_.places[row++] = {s, sequence.first_position + i};
      }
    }
    OUTPOST_ASSERT(row == step.tokens.size());
  }

  void embed(const Lane& lane, const LayerPass& pass, Block block, const Step& step) {
    const Block rows = lane.rows_of(block.size());
    for (std::uint32_t r = block.begin + rows.begin; r < block.begin + rows.end; ++r) {
      const std::int32_t token = step.tokens[r];
      OUTPOST_ASSERT(token >= 0 &&
                     static_cast<std::uint32_t>(token) < model_.config.vocabulary_size);
      pass.embed(token, r);
    }
    const Block turned = lane.share_of(block.size());
    for (std::uint32_t r = block.begin + turned.begin; r < block.begin + turned.end; ++r) {
      const std::size_t at = std::size_t{r} * rope_.half();
      rope_.fill(buffers_.places[r].position, buffers_.rope.cos + at, buffers_.rope.sin + at);
      if (model_.config.window == 0) continue;
      window_rope_.fill(buffers_.places[r].position, buffers_.window_rope.cos + at,
                        buffers_.window_rope.sin + at);
    }
  }

  // All up to the last layer's keys and values, for rows that the workers share: they meet once a
  // layer beyond what the stages ask for.
  void run_together(const Step& step, const CancelToken& cancel, unsigned worker) {
    Lane lane(context_, plan_, worker);
    const LayerPass pass(context_, lane);
    const Block rows{0, plan_.row_count};
    embed(lane, pass, rows, step);
    workers_.barrier(worker);
    pass.project(0, rows, step);
    for (std::uint32_t layer = 0; layer + 1 < model_.config.layer_count; ++layer) {
      if (worker == 0 && cancel.cancelled()) stop_at_.store(layer, std::memory_order_relaxed);
      workers_.barrier(worker); // keys and values are written
      if (stop_at_.load(std::memory_order_relaxed) == layer) return;
      pass.finish(layer, rows, step);
      pass.project(layer + 1, rows, step);
    }
  }

  // The same for blocks of rows.
  void run_blocks(const Step& step, const CancelToken& cancel, unsigned worker) {
    Lane lane(context_, plan_, worker);
    const LayerPass pass(context_, lane);
    while (const auto task = blocks_.take()) {
      if (cancel.cancelled()) blocks_.stop();
      if (!blocks_.wait_for(*task)) return;
      const Block rows = plan_.block(task->block);
      if (task->layer == 0) {
        embed(lane, pass, rows, step);
      } else {
        pass.finish(task->layer - 1, rows, step);
      }
      pass.project(task->layer, rows, step);
      blocks_.finish(*task);
    }
  }

  void finish_last_layer(const Step& step, unsigned worker) {
    const std::uint32_t layer = model_.config.layer_count - 1;
    Lane lane(context_, plan_, worker);
    const LayerPass pass(context_, lane);
    if (plan_.sharing != Sharing::kBlocks) return pass.finish(layer, {0, plan_.row_count}, step);
    while (const auto task = blocks_.take()) pass.finish(layer, plan_.block(task->block), step);
  }

  // Of the last layer only rows that somebody wants are needed once keys and values are written:
  // they move to the front and become the step's only rows. (Replicated rows are too few to
  // bother.)
  void keep_wanted_rows(const Step& step) {
    const auto rows = static_cast<std::uint32_t>(step.tokens.size());
    const std::size_t wanted = step.logits_rows.size() + step.hidden_rows.size();
    const bool moves = plan_.sharing != Sharing::kReplicated && wanted < rows;
    std::size_t logits = 0, hidden = 0;
    for (std::uint32_t row = 0, kept = 0; row < rows; ++row) {
      const bool gives_logits = logits < step.logits_rows.size() && step.logits_rows[logits] == row;
      const bool gives_hidden = hidden < step.hidden_rows.size() && step.hidden_rows[hidden] == row;
      if (!gives_logits && !gives_hidden) continue;
      if (gives_logits) buffers_.logits_rows[logits++] = moves ? kept : row;
      if (gives_hidden) buffers_.hidden_rows[hidden++] = moves ? kept : row;
      if (moves) move_row(row, kept);
      ++kept;
    }
    OUTPOST_ASSERT(logits + hidden == wanted); // both ascending, in range and apart
    if (moves) plan_ = plan_step(static_cast<std::uint32_t>(wanted), workers_.count(), false);
  }

  void move_row(std::uint32_t from, std::uint32_t to) {
    if (from == to) return;
    const std::size_t width = model_.config.width, qkv = model_.config.dim(Dim::kQkvWidth);
    std::copy_n(buffers_.residual + from * width, width, buffers_.residual + to * width);
    std::copy_n(buffers_.qkv + from * qkv, qkv, buffers_.qkv + to * qkv);
    buffers_.places[to] = buffers_.places[from];
  }

  void take_hidden(std::uint32_t count) {
    hidden_count_ = count;
    const std::size_t width = model_.config.width;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (model_.weights.output_norm == nullptr) {
        std::copy_n(buffers_.residual + buffers_.hidden_rows[i] * width, width,
                    buffers_.hidden + i * width);
        continue;
      }
      model_.kernels.rows.rms_norm(buffers_.residual + buffers_.hidden_rows[i] * width,
                                   model_.weights.output_norm, width, model_.config.norm_epsilon,
                                   buffers_.hidden + i * width);
    }
  }

  const ModelParts& model_;
  KvArena& kv_;
  platform::Workers& workers_;
  DecoderLimits limits_;
  platform::Arena arena_;
  Buffers buffers_;
  Taken taken_;
  PassContext context_;
  BlockQueue blocks_;
  RopeTable rope_;
  RopeTable window_rope_;
  StepPlan plan_;
  // The layer before which a cancelled step stops: a place, not a flag, because a fast worker may
  // set it anew while a slow one still asks.
  static constexpr std::uint32_t kNowhere = ~0u;
  std::atomic<std::uint32_t> stop_at_{kNowhere};
  std::uint32_t hidden_count_ = 0;
  std::uint32_t inner_count_ = 0;
};

Status check(const Model& model, const KvArena& kv, const DecoderLimits& limits) {
  const KvShape& shape = kv.shape();
  if (shape.layer_count != model.layer_count() || shape.kv_head_count != model.kv_head_count() ||
      shape.head_size != model.head_size()) {
    return fail(ErrorCode::kInvalidArgument, "the KV arena was made for another model");
  }
  const auto bounded = [](std::uint32_t value) { return value >= 1 && value <= kRowsMax; };
  if (!bounded(limits.rows_max) || !bounded(limits.sequences_max) ||
      !bounded(limits.logits_rows_max)) {
    return fail(ErrorCode::kInvalidArgument,
                "rows, sequences and logits rows of a step can be 1 to " +
                    std::to_string(kRowsMax));
  }
  return {};
}

} // namespace

Result<std::unique_ptr<Decoder>> Decoder::make(const Model& model, KvArena& kv,
                                               platform::Workers& workers,
                                               const DecoderLimits& limits,
                                               InputObserver* observer) {
  OUTPOST_ASSERT(observer == nullptr || workers.count() == 1);
  OUTPOST_CHECK(check(model, kv, limits));
  DecoderLimits filled = limits;
  const std::uint64_t held = std::uint64_t{kv.page_count()} * kernels::kPageTokens;
  const std::uint32_t asked =
      limits.context_tokens_max != 0 ? limits.context_tokens_max : model.context_tokens();
  filled.context_tokens_max = static_cast<std::uint32_t>(
      std::min({held, std::uint64_t{asked}, std::uint64_t{model.context_tokens()}}));
  if (!model.is_causal()) {
    filled.context_tokens_max = std::min(filled.context_tokens_max, filled.rows_max);
  }
  OUTPOST_TRY(platform::Arena arena,
              platform::Arena::make(buffer_bytes(model.parts().config, filled, workers.count())));
  return std::make_unique<RowDecoder>(model, kv, workers, filled, std::move(arena), observer);
}

} // namespace outpost::models
