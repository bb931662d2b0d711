// All memory of a decoder, laid out once: what a step writes besides the KV pages.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "models/decoder.h"
#include "models/weights.h"
#include "platform/arena.h"

namespace outpost::models {

// How rows are shared out (step_plan.h says when which).
inline constexpr std::uint32_t kRowsUnit = 4; // blocks of rows are multiples of it
// Rows that go through a layer together; whose norms every worker computes for itself; queries of
// one call of attend().
inline constexpr std::uint32_t kBlockRowsMax = 96;
inline constexpr std::uint32_t kReplicatedRowsMax = 3;
inline constexpr std::uint32_t kQueriesMax = 256;
// Queries of one key head, and chunks of their keys, that workers may share (shares_keys()).
inline constexpr std::uint32_t kSharedQueriesMax = 12;
inline constexpr std::uint32_t kSharedChunksMax = 64;

// Room for one block of rows between two stages of a layer. Row r of the block is at r * stride.
struct Workspace {
  float* residual = nullptr;    // [rows][width], for replicated rows only
  float* input = nullptr;       // [rows][input_stride]: a matrix group's input in float
  kernels::QuantizedRows codes; // the same in int8; cols_padded is set per use
  float* attended = nullptr;    // [rows][query width]
  float* gate_up = nullptr;     // [rows][2 * ffn width]
  float* projected = nullptr;   // [rows][width]
  // Private to the worker, whoever's rows it works on.
  std::span<std::byte> matmul_scratch;
  std::byte* attention_scratch = nullptr;
  kernels::AttentionQuery* queries = nullptr; // [kQueriesMax]
};

// The sequence and position of a row of the step.
struct RowPlace {
  std::uint32_t sequence = 0;
  std::uint32_t position = 0;
};

// Cosines and sines of the step's rows, [rows][half] each.
struct RopeRows {
  float* cos = nullptr;
  float* sin = nullptr;
};

struct Buffers {
  float* residual = nullptr;            // [rows_max][width]
  float* qkv = nullptr;                 // [rows_max][qkv width]
  float* logits = nullptr;              // [logits_rows_max][vocabulary]
  std::uint32_t* logits_rows = nullptr; // [logits_rows_max]
  float* hidden = nullptr;              // [rows_max][width]
  std::uint32_t* hidden_rows = nullptr; // [rows_max]
  float* inner = nullptr;               // [logits_rows_max][width]
  RowPlace* places = nullptr;           // [rows_max]
  RopeRows rope;
  RopeRows window_rope;  // the same as `rope` where no layer is windowed
  float* ones = nullptr; // [ffn width], where there is no gate
  // [kv heads][kSharedQueriesMax][kSharedChunksMax][attention_part_floats()]; nullptr where key
  // heads are dealt out evenly.
  float* attention_parts = nullptr;
  std::size_t input_stride = 0;
  std::vector<Workspace> workspaces; // one per worker; the first has room for shared blocks
};

// Rows that a step may have before its blocks are dealt out to workers, instead of its panels.
constexpr std::uint32_t shared_rows_max(unsigned worker_count) { return 24 * worker_count; }

// The bytes that lay_out() takes.
std::size_t buffer_bytes(const Config& config, const DecoderLimits& limits, unsigned worker_count);
// REQUIRES: the arena has buffer_bytes() left.
Buffers lay_out(const Config& config, const DecoderLimits& limits, unsigned worker_count,
                platform::Arena& arena);

} // namespace outpost::models
