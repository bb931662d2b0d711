// The order in which tokens are tried when an answer under a grammar must end soon: what closes
// something first, what opens or lengthens something last. It knows nothing of the grammar; the
// grammar's mask says what is possible, this says what of it is likely to lead to the end.
//
// Immutable; one for a vocabulary.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "text/tokenizer.h"

namespace outpost::engine {

class ClosingOrder {
public:
  explicit ClosingOrder(const text::Tokenizer& tokenizer);

  // The first token in this order that `mask` (one bit a token) allows, end tokens left aside.
  [[nodiscard]] std::optional<text::TokenId> pick(std::span<const std::uint32_t> mask) const;

private:
  std::vector<text::TokenId> in_text_;  // inside a string: what begins with its quote first
  std::vector<text::TokenId> at_value_; // elsewhere: brackets, null, true and false before a quote
  std::vector<text::TokenId> letters_;  // single letters; one of them allowed means inside a string
};

} // namespace outpost::engine
