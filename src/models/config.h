// A model's hyper-parameters, read from the file's keys. They come from a stranger: every value is
// bounded here, so that no product of two of them overflows and no division by them is by zero.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "gguf/gguf.h"
#include "models/arch.h"

namespace outpost::models {

// Where the rotation's angles come from: position * position_scale * base^(-2i / rotary size),
// divided by a factor per i where the model has such a tensor.
struct RopeConfig {
  double base = 10000;
  double position_scale = 1;
  double magnitude = 1; // multiplies cosine and sine (longrope's attention factor)
};

struct Config {
  const ArchSpec* arch = nullptr;
  Activation activation = Activation::kSilu;
  std::uint32_t layer_count = 0;
  std::uint32_t width = 0;
  std::uint32_t ffn_width = 0;
  std::uint32_t head_count = 0;
  std::uint32_t kv_head_count = 0; // divides head_count
  std::uint32_t head_size = 0;     // even
  std::uint32_t rotary_size = 0;   // even, <= head_size
  std::uint32_t vocabulary_size = 0;
  std::uint32_t context_tokens = 0;          // the longest the model was made for
  std::uint32_t original_context_tokens = 0; // before its context was stretched
  std::uint32_t token_type_count = 0;
  std::uint32_t window = 0; // keys that a windowed layer sees; 0: there are none
  float norm_epsilon = 0;
  float embedding_scale = 1;
  float attention_scale = 1;
  float attention_soft_cap = 0; // 0: none
  float logits_soft_cap = 0;
  RopeConfig rope;
  RopeConfig window_rope;

  [[nodiscard]] std::uint32_t dim(Dim dim) const;
  [[nodiscard]] bool is_windowed(std::uint32_t layer) const {
    return window != 0 && (layer + 1) % arch->window_period != 0;
  }
  [[nodiscard]] std::uint32_t group_size() const { return head_count / kv_head_count; }
};

// kUnsupported: an architecture or a choice that no row describes. kCorruptData and kLimitExceeded
// name the key, its value and the limit; kNotFound the key.
Result<Config> read_config(const gguf::File& file);

} // namespace outpost::models
