// Weights of tool choice as data: fitted by tests/agents/fit_choice to the development half of
// tests/data/support-desk/wordings.jsonl (151 requests with one right choice, pull 0.01), never
// edited by hand. To refit after a change of evidence or of the model:
//
//   build/release/tests/agents/fit_choice MODEL.gguf
#include "agents/call/tool_choice.h"

namespace outpost::agents {

// With SmolLM2-135M's likelihoods; five-fold: 148 of 151, mean -log p of the right choice 0.074.
const ChoiceWeights& likelihood_weights() {
  static constexpr ChoiceWeights kWeights = {
      10.200, // note
      8.169,  // example
      1.462,  // filled
      -2.371, // unexplained
      -3.168, // effect
      4.721,  // unknown
      0.456,  // channel
      0.171,  // strange
      -0.314, // reply
      2.882,  // none
  };
  return kWeights;
}

// Without a model; five-fold: 148 of 151, mean -log p of the right choice 0.098.
const ChoiceWeights& word_weights() {
  static constexpr ChoiceWeights kWeights = {
      11.169, // note
      9.819,  // example
      2.129,  // filled
      -3.076, // unexplained
      -3.267, // effect
      4.341,  // unknown
      0,      // channel
      0,      // strange
      0.271,  // reply
      2.772,  // none
  };
  return kWeights;
}

} // namespace outpost::agents
