// Fits the weights of tool_choice.h to examples, by calling/logistic_fit.h. Milliseconds for
// hundreds of them.
#pragma once
#include <cstddef>
#include <vector>

#include "agents/call/tool_choice.h"

namespace outpost::agents {

struct ChoiceExample {
  std::vector<Evidence> evidence; // one for each candidate
  std::size_t right = 0;          // the candidate that was called for
};

struct FitSettings {
  double pull = 0.01;                       // of the weights towards zero (L2), for each example
  std::array<bool, kFeatureCount> frozen{}; // features whose weight stays 0
};

ChoiceWeights fit_choice(const std::vector<ChoiceExample>& examples,
                         const FitSettings& settings = {});

} // namespace outpost::agents
