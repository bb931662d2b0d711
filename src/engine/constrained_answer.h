// An answer under a grammar: the mask of the next token, what a taken token brings with it (forced
// text, appended without a step each), and the end within the budget (grammar_closer.h).
//
// Fails closed: an error of the constraint, or a mask that allows nothing, is an error of the
// answer. Belongs to one sequence; used by one thread at a time. fill_mask() touches nothing
// outside this object, so masks of several sequences may be computed by several workers.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/grammar_closer.h"
#include "grammar/constraint.h"

namespace outpost::engine {

class ConstrainedAnswer {
public:
  // `budget_tokens`: how many tokens the answer may have, > 0. `order` must outlive this.
  ConstrainedAnswer(std::unique_ptr<grammar::Constraint> constraint, const ClosingOrder& order,
                    std::size_t vocabulary_size, std::uint32_t budget_tokens);

  // Tokens that a decision brings to the answer; valid until the next call.
  struct Extension {
    std::span<const text::TokenId> tokens;
    bool is_first_chosen = false; // the first is the sampled token; all others are forced
    bool is_finished = false;     // the grammar is satisfied and the answer at its end
  };
  // What the grammar forces before the first token.
  Result<Extension> begin();
  // One bit a token for the next choice; end tokens are set where the text may end.
  Result<std::span<const std::uint32_t>> fill_mask();
  // Goes on with `token`, which the mask allowed and which is no end token; or with the way to the
  // end instead, when `token` would leave no room for one.
  Result<Extension> take(text::TokenId token);

  // As much of `proposed` as the grammar allows to come next, with what it forces where it forces
  // something else. Changes nothing; valid until the next call.
  std::span<const text::TokenId> allowed(std::span<const text::TokenId> proposed);

  [[nodiscard]] std::uint32_t budget_left() const { return budget_left_; }

private:
  Result<bool> leaves_room(text::TokenId token);
  [[nodiscard]] bool known_way_holds(text::TokenId token) const;
  Status accept(text::TokenId token);
  Status append_forced();
  Status append_closing();
  [[nodiscard]] bool is_check_due() const;
  [[nodiscard]] Extension extension(bool is_first_chosen) const;

  std::unique_ptr<grammar::Constraint> constraint_;
  GrammarCloser closer_;
  std::vector<std::uint32_t> mask_;
  std::vector<text::TokenId> appended_;
  std::vector<text::TokenId> allowed_;
  // The way to the end from here, first token last; none when it is not known.
  std::optional<std::vector<text::TokenId>> closing_;
  std::uint32_t closing_length_max_ = 0; // the longest way seen so far
  std::uint32_t budget_left_;
  std::uint32_t unchecked_tokens_ = 0; // taken since a way was last looked for
  bool found_no_way_ = false;          // when it was last looked for
  bool is_finished_ = false;
};

} // namespace outpost::engine
