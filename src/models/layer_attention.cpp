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
  const Block chunks = key_chunks(layer, block);
  if (shares_keys(block, chunks)) return attend_chunks(layer, block, chunks, step);
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

// The chunks of keys that rows of the block see, where all are of one sequence; else none.
Block LayerPass::key_chunks(std::uint32_t layer, Block block) const {
  const RowPlace* places = context_.buffers.places;
  const RowPlace first = places[block.begin], last = places[block.end - 1];
  if (first.sequence != last.sequence || !config_.arch->is_causal) return {};
  const std::uint32_t window = config_.is_windowed(layer) ? config_.window : ~0u;
  const std::uint32_t begin = first.position >= window ? first.position - window + 1 : 0;
  return {begin / kernels::kChunkTokens, last.position / kernels::kChunkTokens + 1};
}

// Few queries with many keys, of heads that cannot be dealt out evenly: by columns, two workers
// would both read all keys of the head between them.
bool LayerPass::shares_keys(Block block, Block chunks) const {
  constexpr std::uint32_t kChunksMin = 2; // fewer are not worth the additional wait
  return context_.buffers.attention_parts != nullptr && lane_.shares_rows() &&
         block.size() * config_.group_size() <= kSharedQueriesMax && chunks.size() >= kChunksMin &&
         chunks.size() <= kSharedChunksMax &&
         kernels_.attention.of(context_.kv.shape().type).attend_chunks != nullptr;
}

// Items are chunks of key heads' keys, head by head; what they give is joined query by query.
void LayerPass::attend_chunks(std::uint32_t layer, Block block, Block chunks,
                              const Step& step) const {
  const kernels::KvKernels& attention = kernels_.attention.of(context_.kv.shape().type);
  const std::uint32_t columns = block.size() * config_.group_size(), size = config_.head_size;
  const std::size_t query_floats = chunks.size() * kernels::attention_part_floats(size);
  const auto parts_of = [&](std::uint32_t kv_head, std::uint32_t column) {
    float* parts = context_.buffers.attention_parts;
    return kernels::ChunkParts{parts + (std::size_t{kv_head} * columns + column) * query_floats,
                               chunks.begin, chunks.size()};
  };
  const Block items = lane_.share_of(config_.kv_head_count * chunks.size());
  for (std::uint32_t begin = items.begin; begin < items.end;) {
    const std::uint32_t kv_head = begin / chunks.size(), first = kv_head * chunks.size();
    const std::uint32_t end = std::min(items.end, first + chunks.size());
    ask(layer, block, kv_head, {0, columns}, step);
    attention.attend_chunks(size, context_.kv.head(layer, kv_head), lane_.own->queries, columns,
                            config_.attention_soft_cap, chunks.begin + begin - first,
                            chunks.begin + end - first, parts_of(kv_head, 0),
                            lane_.own->attention_scratch);
    begin = end;
  }
  lane_.after_shared();
  const Block mine = lane_.share_of(config_.kv_head_count * columns);
  for (std::uint32_t begin = mine.begin; begin < mine.end;) {
    const std::uint32_t kv_head = begin / columns, first = kv_head * columns;
    const std::uint32_t end = std::min(mine.end, first + columns);
    ask(layer, block, kv_head, {begin - first, end - first}, step);
    attention.join_chunks(size, lane_.own->queries, end - begin, parts_of(kv_head, begin - first),
                          lane_.own->attention_scratch);
    begin = end;
  }
}

// Columns `part` of the block's against one key head.
void LayerPass::attend_columns(std::uint32_t layer, Block block, std::uint32_t kv_head, Block part,
                               const Step& step) const {
  ask(layer, block, kv_head, part, step);
  kernels_.attention.of(context_.kv.shape().type)
      .attend(config_.head_size, context_.kv.head(layer, kv_head), lane_.own->queries, part.size(),
              config_.attention_soft_cap, lane_.own->attention_scratch);
}

// What these columns ask, into the worker's queries.
void LayerPass::ask(std::uint32_t layer, Block block, std::uint32_t kv_head, Block part,
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
}

} // namespace outpost::models
