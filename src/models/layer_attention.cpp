// The attention half of LayerPass: rotation, storing, and the sharing out of queries.
#include <algorithm>

#include "models/layer_pass.h"

namespace outpost::models {

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
               context_.kv.head(layer, head - heads).page(page));
  }
}

// Columns (a query head of a row) are counted by key head, then row; a worker has runs of them.
void LayerPass::attend(std::uint32_t layer, Block block, const Step& step) const {
  const std::uint32_t columns = block.size() * config_.group_size();
  constexpr std::uint32_t kUnit = 12; // the columns of the kernels' tiles
  lane_.for_parts(columns * config_.kv_head_count, kUnit, [&](Block mine) {
    for (std::uint32_t begin = mine.begin; begin < mine.end;) {
      const std::uint32_t kv_head = begin / columns, first = kv_head * columns;
      const std::uint32_t end = std::min({mine.end, first + columns, begin + kQueriesMax});
      attend_columns(layer, block, kv_head, {begin - first, end - first}, step);
      begin = end;
    }
  });
}

// Columns `part` of the block's against one key head.
void LayerPass::attend_columns(std::uint32_t layer, Block block, std::uint32_t kv_head, Block part,
                               const Step& step) const {
  const Buffers& b = context_.buffers;
  const std::uint32_t group = config_.group_size(), size = config_.head_size;
  const std::uint32_t window = config_.is_windowed(layer) ? config_.window : ~0u;
  const std::size_t qkv_width = config_.dim(Dim::kQkvWidth);
  const std::size_t query_width = config_.dim(Dim::kQueryWidth);
  for (std::uint32_t column = part.begin; column < part.end; ++column) {
    const std::uint32_t row = block.begin + column / group;
    const std::size_t head = std::size_t{kv_head * group + column % group} * size;
    const RowPlace place = b.places[row];
    const StepSequence& sequence = step.sequences[place.sequence];
    // Without causality every row sees the whole sequence, all of which is in this step.
    const std::uint32_t end =
        config_.arch->is_causal ? place.position + 1 : sequence.first_position + sequence.row_count;
    lane_.own->queries[column - part.begin] = {
        .query = b.qkv + row * qkv_width + head,
        .out = lane_.shared->attended + (row - block.begin) * query_width + head,
        .pages = sequence.pages.data(),
        .key_begin = place.position >= window ? place.position - window + 1 : 0,
        .key_end = end};
  }
  kernels_.attention.of(context_.kv.shape().type)
      .attend(size, context_.kv.head(layer, kv_head), lane_.own->queries, part.size(),
              config_.attention_soft_cap, lane_.own->attention_scratch);
}

} // namespace outpost::models
