// From one row of logits to one token. The order is: penalties, logit bias, mask, then top-k,
// top-p, min-p on the probabilities of that, then temperature and the draw (llama.cpp's order:
// truncation sees the model's own probabilities, so a high temperature does not let the tail in). A
// choice is a function of the row, the sampling, the history, the mask and the draw: never of other
// sequences.
//
// Lives on the engine thread. Allocates nothing after construction.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "chat/chat.h"
#include "engine/candidates.h"
#include "engine/penalties.h"
#include "kernels/rows.h"

namespace outpost::engine {

class Sampler {
public:
  // `kernels` must outlive this.
  Sampler(const kernels::RowKernels& kernels, std::uint32_t vocabulary_size);

  // One token for `logits` [vocabulary_size]. `mask`: one bit a token, or empty. None when no token
  // has a logit above -infinity (the mask forbids all, or the model gave NaN). `random` is drawn
  // from once unless the temperature is 0, which takes the first largest.
  std::optional<text::TokenId> choose(std::span<const float> logits, const chat::Sampling& sampling,
                                      const History& history, std::span<const std::uint32_t> mask,
                                      Random& random);

  // log p(token) under the plain softmax of the row, before penalties, bias and mask.
  [[nodiscard]] float log_probability(std::span<const float> logits, text::TokenId token) const;
  // The most probable tokens with their log-probabilities, best first, into `top`; returns how many
  // (fewer than asked when the row has fewer).
  std::size_t top_log_probabilities(std::span<const float> logits,
                                    std::span<std::pair<text::TokenId, float>> top);

private:
  std::span<const float> adjust(std::span<const float> logits, const chat::Sampling& sampling,
                                const History& history, std::span<const std::uint32_t> mask);
  [[nodiscard]] text::TokenId draw(float temperature, double uniform) const;

  const kernels::RowKernels& kernels_;
  Penalties penalties_;
  Candidates candidates_;
  std::vector<float> adjusted_; // [vocabulary_size]
};

} // namespace outpost::engine
