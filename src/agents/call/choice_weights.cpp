// Weights of tool choice as data: fitted by tests/agents/fit_choice to the development half of
// tests/data/support-desk/wordings.jsonl (191 requests with one right choice), never
// edited by hand. To refit after a change of evidence or of the model:
//
//   build/release/tests/agents/fit_choice MODEL.gguf
#include "agents/call/tool_choice.h"

namespace outpost::agents {
namespace {

// Not fitted with the others, as agents have no confirmed uses at first: from 0.2 to 0.4 the effect
// of learning is the same within an error or two (tests/agents/learning_effect_test.cpp).
constexpr double kUses = 0.3;

} // namespace

// With SmolLM2-135M's likelihoods.
const ChoiceWeights& likelihood_weights() {
  static constexpr ChoiceWeights kWeights = {
      11.079, // note
      8.479,  // example
      1.778,  // filled
      -2.239, // unexplained
      -3.231, // effect
      4.772,  // unknown
      0.428,  // channel
      0.128,  // strange
      kUses,  // uses
      -0.445, // reply
      2.688,  // none
  };
  return kWeights;
}

// Without a model.
const ChoiceWeights& word_weights() {
  static constexpr ChoiceWeights kWeights = {
      11.780, // note
      10.184, // example
      2.484,  // filled
      -2.887, // unexplained
      -3.349, // effect
      4.265,  // unknown
      0.000,  // channel
      0.000,  // strange
      kUses,  // uses
      -0.057, // reply
      2.779,  // none
  };
  return kWeights;
}

} // namespace outpost::agents
