#include "agents/call/choice_fit.h"

#include <cmath>

namespace outpost::agents {
namespace {

using Spread = std::array<double, kFeatureCount>;

// Standard deviation of each feature over all candidates of all examples; 1 where nothing varies.
Spread spread_of(const std::vector<ChoiceExample>& examples) {
  Spread sum{};
  Spread squares{};
  double count = 0;
  for (const ChoiceExample& example : examples) {
    for (const Evidence& evidence : example.evidence) {
      count += 1;
      for (std::size_t f = 0; f < kFeatureCount; ++f) {
        sum[f] += evidence.values()[f];
        squares[f] += evidence.values()[f] * evidence.values()[f];
      }
    }
  }
  Spread spread{};
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    const double mean = sum[f] / count;
    const double variance = squares[f] / count - mean * mean;
    spread[f] = variance > 1e-12 ? std::sqrt(variance) : 1.0;
  }
  return spread;
}

// Of the mean log-likelihood: evidence of the right candidate less what is expected under
// `weights`.
ChoiceWeights gradient_at(const std::vector<ChoiceExample>& examples,
                          const ChoiceWeights& weights) {
  ChoiceWeights gradient{};
  for (const ChoiceExample& example : examples) {
    const auto probabilities = choice_probabilities(example.evidence, weights);
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      double expected = 0;
      for (std::size_t c = 0; c < probabilities.size(); ++c) {
        expected += probabilities[c] * example.evidence[c].values()[f];
      }
      gradient[f] += (example.evidence[example.right].values()[f] - expected) /
                     static_cast<double>(examples.size());
    }
  }
  return gradient;
}

} // namespace

ChoiceWeights fit_choice(const std::vector<ChoiceExample>& examples, const FitSettings& settings) {
  ChoiceWeights weights{};
  if (examples.empty()) return weights;
  const Spread spread = spread_of(examples);
  for (std::size_t round = 0; round < settings.rounds; ++round) {
    const ChoiceWeights gradient = gradient_at(examples, weights);
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      if (settings.frozen[f]) continue;
      // A step of the weight of the scaled evidence, which is weight * spread.
      const double step = gradient[f] / spread[f] - settings.pull * weights[f] * spread[f];
      weights[f] += settings.rate * step / spread[f];
    }
  }
  return weights;
}

} // namespace outpost::agents
