#include "agents/call/choice_fit.h"

#include <algorithm>

#include "agents/calling/logistic_fit.h"

namespace outpost::agents {

ChoiceWeights fit_choice(const std::vector<ChoiceExample>& examples, const FitSettings& settings) {
  std::vector<ListExample> lists;
  for (const ChoiceExample& example : examples) {
    ListExample list;
    for (const Evidence& evidence : example.evidence) {
      std::vector<double> signs(evidence.values().begin(), evidence.values().end());
      for (std::size_t f = 0; f < signs.size(); ++f) {
        if (settings.frozen[f]) signs[f] = 0;
      }
      list.right.push_back(list.options.size() == example.right);
      list.options.push_back(std::move(signs));
    }
    lists.push_back(std::move(list));
  }
  ChoiceWeights weights{};
  const std::vector<double> fitted = fit_listwise(lists, settings.pull);
  std::ranges::copy_n(fitted.begin(), static_cast<std::ptrdiff_t>(fitted.size()), weights.begin());
  return weights;
}

} // namespace outpost::agents
