// Finds the tokens that are matched as a whole before anything else looks at the text: user-defined
// ones always, control ones only when they may be parsed. A trie over their spellings.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "text/pair_table.h"
#include "text/vocabulary.h"

namespace outpost::text {

class SpecialTokens {
public:
  static Result<SpecialTokens> build(const Vocabulary& vocabulary);

  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
    TokenId token = 0;
  };
  // The leftmost match at or after `from`, and the longest of those that begin there. O(n) but for
  // the bounded length of a spelling.
  [[nodiscard]] std::optional<Match> find(std::string_view text, std::size_t from,
                                          ControlTokens control) const;

private:
  explicit SpecialTokens(std::size_t step_count) : steps_(step_count), ends_(1) {}
  [[nodiscard]] bool add(std::string_view spelling, TokenId token, bool is_control);
  [[nodiscard]] std::optional<Match> match_at(std::string_view text, std::size_t at,
                                              ControlTokens control) const;

  // What ends at a node: the same spelling may be of both kinds in a file with duplicates.
  struct End {
    std::optional<TokenId> user_defined, control;
  };
  PairTable steps_; // (node, byte) to node
  std::vector<End> ends_;
  // By first byte: whether a user-defined token, or any token, begins so.
  std::array<bool, 256> begins_user_defined_{}, begins_any_{};
};

} // namespace outpost::text
