#include "cli/bench/cost.h"

#include <algorithm>

namespace outpost::cli {
namespace {

// Of one dimension of one head: a key of 16 bits and a value of 8 (kernels/attention.h); the scales
// of each row are not counted.
constexpr std::uint64_t kKvPairBytes = 3;

} // namespace

ModelCost::ModelCost(const models::Config& config, std::uint64_t weights_bytes)
    : weights_bytes_(weights_bytes),
      query_width_(std::uint64_t{config.head_count} * config.head_size),
      kv_width_(std::uint64_t{config.kv_head_count} * config.head_size), window_(config.window) {
  const std::uint64_t width = config.width;
  const std::uint64_t attention = width * (query_width_ + 2 * kv_width_) + query_width_ * width;
  const std::uint64_t ffn = 3 * width * config.ffn_width; // gate, up, down
  linear_ = config.layer_count * (attention + ffn);
  head_ = width * config.vocabulary_size;
  for (std::uint32_t layer = 0; layer < config.layer_count; ++layer) {
    ++(config.is_windowed(layer) ? windowed_layers_ : full_layers_);
  }
}

std::uint64_t ModelCost::visible_keys(std::uint64_t position) const {
  return full_layers_ * (position + 1) + windowed_layers_ * std::min(position + 1, window_);
}

std::uint64_t ModelCost::attention_multiply_adds(std::uint64_t position) const {
  return 2 * query_width_ * visible_keys(position);
}

std::uint64_t ModelCost::prefill_multiply_adds(std::uint64_t depth, std::uint64_t tokens) const {
  std::uint64_t sum = linear_ * tokens + head_;
  for (std::uint64_t i = 0; i < tokens; ++i) sum += attention_multiply_adds(depth + i);
  return sum;
}

std::uint64_t ModelCost::kv_bytes(std::uint64_t position) const {
  return kKvPairBytes * kv_width_ * visible_keys(position);
}

std::uint64_t file_weights_bytes(const gguf::File& file) {
  const bool has_head = file.find_tensor("output.weight") != nullptr;
  std::uint64_t bytes = 0;
  for (const gguf::TensorInfo& tensor : file.tensors()) {
    if (!has_head || tensor.name != "token_embd.weight") bytes += tensor.size_bytes;
  }
  return bytes;
}

} // namespace outpost::cli
