// Linear probes of a model's inner state (Alain and Bengio, arXiv 1610.01644): weights over its
// values, kept in 8 bits with one scale. What the pipeline reads of a model beside likelihoods.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace outpost::agents {

struct StateProbe {
  float scale = 0;
  std::vector<std::int8_t> codes; // weight i is scale * codes[i]

  // The nearest to these weights.
  static StateProbe of(std::span<const double> weights);
  [[nodiscard]] std::vector<float> weights() const;
  bool operator==(const StateProbe&) const = default;
};

inline constexpr std::size_t kStateValuesMax = 16'384; // of a hidden state that is probed

// Two hexadecimal digits a code. kCorruptData for what is none, or longer than kStateValuesMax.
std::string hex_of(std::span<const std::int8_t> codes);
Result<std::vector<std::int8_t>> codes_of(std::string_view hex);

} // namespace outpost::agents
