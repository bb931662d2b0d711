// What a model's shape asks of the machine: multiply-adds and bytes, from its configuration alone.
// The roofline shares of `outpost bench` stand on these numbers.
#pragma once
#include <cstdint>

#include "gguf/gguf.h"
#include "models/config.h"

namespace outpost::cli {

class ModelCost {
public:
  // `weights_bytes`: what file_weights_bytes() says of the model's file.
  ModelCost(const models::Config& config, std::uint64_t weights_bytes);

  // Of the linear layers, for one token.
  [[nodiscard]] std::uint64_t linear_multiply_adds() const { return linear_; }
  // Of the output head, for one row of logits.
  [[nodiscard]] std::uint64_t head_multiply_adds() const { return head_; }
  // Of scores and weighted values in all layers, for a query at `position`, which sees its own key
  // and those before it, in windowed layers the last `window` of them.
  [[nodiscard]] std::uint64_t attention_multiply_adds(std::uint64_t position) const;

  // `tokens` after `depth` others, with logits for the last.
  [[nodiscard]] std::uint64_t prefill_multiply_adds(std::uint64_t depth,
                                                    std::uint64_t tokens) const;

  // Bytes of the file that a step reads whatever its batch.
  [[nodiscard]] std::uint64_t weights_bytes() const { return weights_bytes_; }
  // Keys (2 bytes each) and values (1) that a query at `position` reads in all layers.
  [[nodiscard]] std::uint64_t kv_bytes(std::uint64_t position) const;

private:
  // Keys that a query at `position` sees, over all layers.
  [[nodiscard]] std::uint64_t visible_keys(std::uint64_t position) const;

  std::uint64_t linear_ = 0;
  std::uint64_t head_ = 0;
  std::uint64_t weights_bytes_ = 0;
  std::uint64_t query_width_ = 0;
  std::uint64_t kv_width_ = 0;
  std::uint64_t full_layers_ = 0;
  std::uint64_t windowed_layers_ = 0;
  std::uint64_t window_ = 0;
};

// Bytes of all tensors that one token needs: everything but the embedding table, of which it needs
// a row, unless that is the head too.
std::uint64_t file_weights_bytes(const gguf::File& file);

} // namespace outpost::cli
