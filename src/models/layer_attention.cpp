// The attention half of LayerPass: rotation, storing, and the sharing out of queries.
#include <algorithm>

#include "models/layer_pass.h"

namespace outpost::models {

namespace {

// The rows from `row` on that belong to the same sequence.
Block sequence_run(const RowPlace* places, std::uint32_t row, std::uint32_t end) {
  Block run{row, row + 1};
  while (run.end < end && places[run.end].sequence == places[row].sequence) ++run.end;
  return run;
}

} // namespace

void LayerPass::rotate(float* head, const float* norm, const RopeRows& rope,
                       std::uint32_t row) const {
  if (norm != nullptr) {
    kernels_.rows.rms_norm(head, norm, config_.head_size, config_.norm_epsilon, head);
  }
  const std::size_t half = config_.dim(Dim::kRotaryHalf), place = row * half;
  const auto turn = config_.arch->rope_order == RopeOrder::kPairs ? kernels_.rows.rope_pairs
                                                                  : kernels_.rows.rope_halves;
  turn(head, rope.cos + place, rope.sin + place, half);
}

// One item is one query head, or one key with its value, of one row.
void LayerPass::rotate_and_store(std::uint32_t layer, Block block, const Step& step) const {
  const LayerWeights& w = context_.model.weights.layers[layer];
  const Buffers& b = context_.buffers;
  const RopeRows& rope = config_.is_windowed(layer) ? b.window_rope : b.rope;
  const std::uint32_t heads = config_.head_count, kv_heads = config_.kv_head_count;
  const std::uint32_t size = config_.head_size, per_row = heads + kv_heads;
  const Block items = lane_.share_of(block.size() * per_row);
  for (std::uint32_t item = items.begin; item < items.end; ++item) {
    const std::uint32_t row = block.begin + item / per_row, head = item % per_row;
    float* at = b.qkv + row * std::size_t{config_.dim(Dim::kQkvWidth)} + std::size_t{head} * size;
    if (head < heads) {
      rotate(at, w.query_norm, rope, row);
      kernels_.rows.scale(at, config_.attention_scale, size);
      continue;
    }
    rotate(at, w.key_norm, rope, row);
    const RowPlace place = b.places[row];
    const PageId page = step.sequences[place.sequence].pages[place.position / kernels::kPageTokens];
    kernels_.attention.of(context_.kv.shape().type)
        .store(size, at, at + std::size_t{kv_heads} * size, place.position % kernels::kPageTokens,
               context_.kv.page(page, layer, head - heads));
  }
}

// Columns (a query head of a row) are counted by sequence, key head, row; a worker has a run of
// them.
void LayerPass::attend(std::uint32_t layer, Block block, const Step& step) const {
  const std::uint32_t group = config_.group_size();
  const Block mine = lane_.share_of(block.size() * config_.head_count);
  std::uint32_t first = 0;
  for (std::uint32_t row = block.begin; row < block.end;) {
    const Block run = sequence_run(context_.buffers.places, row, block.end);
    const std::uint32_t columns = run.size() * group;
    for (std::uint32_t kv_head = 0; kv_head < config_.kv_head_count; ++kv_head, first += columns) {
      const Block part{std::clamp(mine.begin, first, first + columns) - first,
                       std::clamp(mine.end, first, first + columns) - first};
      if (part.size() != 0) attend_run(layer, block, run, kv_head, part, step);
    }
    row = run.end;
  }
}

// Columns `part` of one sequence's rows `run` against one key head.
void LayerPass::attend_run(std::uint32_t layer, Block block, Block run, std::uint32_t kv_head,
                           Block part, const Step& step) const {
  const Buffers& b = context_.buffers;
  const std::uint32_t group = config_.group_size(), size = config_.head_size;
  const std::uint32_t window = config_.is_windowed(layer) ? config_.window : ~0u;
  const auto key_begin = [&](std::uint32_t position) {
    return position >= window ? position - window + 1 : 0;
  };
  const RowPlace first = b.places[run.begin + part.begin / group];
  const RowPlace last = b.places[run.begin + (part.end - 1) / group];
  const StepSequence& sequence = step.sequences[first.sequence];
  // Without causality every row sees the whole sequence, all of which is in this step.
  const auto key_end = [&](std::uint32_t position) {
    return config_.arch->is_causal ? position + 1 : sequence.first_position + sequence.row_count;
  };
  for (std::uint32_t p = key_begin(first.position) / kernels::kPageTokens;
       p <= (key_end(last.position) - 1) / kernels::kPageTokens; ++p) {
    lane_.own->pages[p] = context_.kv.page(sequence.pages[p], layer, kv_head);
  }
  const std::size_t qkv_width = config_.dim(Dim::kQkvWidth);
  const std::size_t query_width = config_.dim(Dim::kQueryWidth);
  for (std::uint32_t begin = part.begin; begin < part.end; begin += kQueriesMax) {
    const std::uint32_t count = std::min(kQueriesMax, part.end - begin);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t row = run.begin + (begin + i) / group;
      const std::size_t head = std::size_t{kv_head * group + (begin + i) % group} * size;
      const std::uint32_t position = b.places[row].position;
      lane_.own->queries[i] = {.query = b.qkv + row * qkv_width + head,
                               .out = lane_.shared->attended + (row - block.begin) * query_width +
                                      head,
                               .key_begin = key_begin(position),
                               .key_end = key_end(position)};
    }
    kernels_.attention.of(context_.kv.shape().type)
        .attend(size, lane_.own->pages, lane_.own->queries, count, config_.attention_soft_cap,
                lane_.own->attention_scratch);
  }
}

} // namespace outpost::models
