// Weights of tool choice as data, fitted and never edited by hand.
#include "agents/call/tool_choice.h"

namespace outpost::agents {

const ChoiceWeights& choice_weights(std::string_view) {
  static constexpr ChoiceWeights kWeights = {4, 4, 2, -2, -0.5, 2, 1, 0.3, -1, 1};
  return kWeights;
}

} // namespace outpost::agents
