#include "engine/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace outpost::engine {
namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();

void apply_mask(std::span<const std::uint32_t> mask, std::span<float> logits) {
  for (std::size_t word = 0; word * 32 < logits.size(); ++word) {
    if (mask[word] == ~0u) continue;
    const std::size_t end = std::min(word * 32 + 32, logits.size());
    for (std::size_t i = word * 32; i < end; ++i) {
      if ((mask[word] >> (i % 32) & 1u) == 0) logits[i] = kForbidden;
    }
  }
}

} // namespace

Sampler::Sampler(const kernels::RowKernels& kernels, std::uint32_t vocabulary_size)
    : kernels_(kernels), candidates_(vocabulary_size), adjusted_(vocabulary_size) {}

std::span<const float> Sampler::adjust(std::span<const float> logits,
                                       const chat::Sampling& sampling, const History& history,
                                       std::span<const std::uint32_t> mask) {
  if (Penalties::is_off(sampling) && sampling.logit_bias.empty() && mask.empty()) return logits;
  std::ranges::copy(logits, adjusted_.begin());
  penalties_.apply(sampling, history, adjusted_);
  for (const auto& [token, bias] : sampling.logit_bias) {
    adjusted_[static_cast<std::size_t>(token)] += bias;
  }
  if (!mask.empty()) apply_mask(mask, adjusted_);
  return adjusted_;
}

std::optional<text::TokenId> Sampler::choose(std::span<const float> logits,
                                             const chat::Sampling& sampling, const History& history,
                                             std::span<const std::uint32_t> mask, Random& random) {
  const std::span<const float> row = adjust(logits, sampling, history, mask);
  if (sampling.temperature == 0.0f) {
    const std::size_t best = kernels_.argmax(row.data(), row.size());
    if (!(row[best] > kForbidden)) return std::nullopt;
    return static_cast<text::TokenId>(best);
  }
  if (sampling.top_k == 0 || sampling.top_k >= row.size()) {
    candidates_.take_all(row);
  } else {
    candidates_.take_best(row, sampling.top_k);
  }
  if (candidates_.empty()) return std::nullopt;
  candidates_.keep_top_p(sampling.top_p);
  candidates_.keep_min_p(sampling.min_p);
  return draw(sampling.temperature, random.next_double());
}

text::TokenId Sampler::draw(float temperature, double uniform) const {
  const double best = candidates_.best_logit();
  const auto weight = [&](const Candidate& c) { return std::exp((c.logit - best) / temperature); };
  double total = 0;
  for (const Candidate& c : candidates_.all()) total += weight(c);
  double left = uniform * total;
  text::TokenId last = candidates_.all().front().token;
  for (const Candidate& c : candidates_.all()) {
    const double w = weight(c);
    if (w <= 0) continue;
    last = c.token;
    if (left < w) break;
    left -= w;
  }
  return last; // rounding may leave a rest: it belongs to the last that is possible
}

float Sampler::log_probability(std::span<const float> logits, text::TokenId token) const {
  const double sum = kernels_.log_sum_exp(logits.data(), logits.size());
  return static_cast<float>(logits[static_cast<std::size_t>(token)] - sum);
}

std::size_t Sampler::top_log_probabilities(std::span<const float> logits,
                                           std::span<std::pair<text::TokenId, float>> top) {
  if (top.empty()) return 0;
  const double sum = kernels_.log_sum_exp(logits.data(), logits.size());
  candidates_.take_best(logits, top.size());
  std::size_t count = 0;
  for (const Candidate& c : candidates_.all()) {
    top[count++] = {c.token, static_cast<float>(c.logit - sum)};
  }
  return count;
}

} // namespace outpost::engine
