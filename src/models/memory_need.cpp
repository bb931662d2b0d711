#include "models/kv_arena.h"
#include "models/model.h"
#include "models/tensors.h"
#include "models/workspace.h"

namespace outpost::models {

Result<MemoryNeed> Model::memory_need(const gguf::File& file) {
  // What a step of the default size takes on an ordinary machine; more threads take a little more.
  constexpr unsigned kWorkers = 4;
  OUTPOST_TRY(const Config config, read_config(file));
  OUTPOST_TRY(const TensorDirectory directory, find_tensors(file, config));
  OUTPOST_TRY(const std::size_t weights, packed_bytes(directory, config));
  const KvShape kv{.layer_count = config.layer_count,
                   .kv_head_count = config.kv_head_count,
                   .head_size = config.head_size};
  DecoderLimits limits;
  limits.context_tokens_max = config.context_tokens;
  return MemoryNeed{.weights_bytes = weights,
                    .kv_bytes_per_token = kv.page_bytes() / kernels::kPageTokens,
                    .scratch_bytes = buffer_bytes(config, limits, kWorkers)};
}

} // namespace outpost::models
