// Penalties: what was said lately becomes less likely. Applied to a copy of the logits as a sparse
// list of corrections, so the cost is that of the window and not of the vocabulary.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "chat/chat.h"
#include "text/tokenizer.h"

namespace outpost::engine {

// What a sequence holds so far. Forced tokens do not count as said: the model had no choice.
struct History {
  std::span<const text::TokenId> tokens;   // prompt and answer
  std::uint32_t prompt_count = 0;          // the first of them
  std::span<const std::uint8_t> is_forced; // of the answer, one entry a token
};

class Penalties {
public:
  Penalties();

  [[nodiscard]] static bool is_off(const chat::Sampling& sampling);
  // Over the last penalty_window tokens: repetition_penalty for prompt and answer alike (Keskar et
  // al., "CTRL", 2019: positive logits are divided, negative multiplied), frequency and presence
  // for the answer only (as the OpenAI API describes them). REQUIRES: a validated sampling.
  void apply(const chat::Sampling& sampling, const History& history, std::span<float> logits);

private:
  struct Said {
    text::TokenId token;
    bool in_answer;
  };
  std::vector<Said> window_; // capacity kPenaltyWindowMax
};

} // namespace outpost::engine
