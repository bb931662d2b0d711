#include "agents/call/choice_fit.h"

namespace outpost::agents {

ChoiceWeights fit_choice(const std::vector<ChoiceExample>& examples, const FitSettings& settings) {
  ChoiceWeights weights{};
  if (examples.empty()) return weights;
  const auto count = static_cast<double>(examples.size());
  for (std::size_t round = 0; round < settings.rounds; ++round) {
    // Gradient of the mean log-likelihood: evidence of the right one less what is expected.
    ChoiceWeights gradient{};
    for (const ChoiceExample& example : examples) {
      const auto probabilities = choice_probabilities(example.evidence, weights);
      for (std::size_t f = 0; f < kFeatureCount; ++f) {
        gradient[f] += example.evidence[example.right].values()[f];
        for (std::size_t c = 0; c < probabilities.size(); ++c) {
          gradient[f] -= probabilities[c] * example.evidence[c].values()[f];
        }
      }
    }
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      if (settings.frozen[f]) continue;
      weights[f] += settings.rate * (gradient[f] / count - settings.pull * weights[f]);
    }
  }
  return weights;
}

}  // namespace outpost::agents
