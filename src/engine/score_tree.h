// The work of scoring many continuations as a tree of token runs, each computed once: items with
// the same prompt share it, prompts with the same beginning share that. A pure function of the
// items.
//
// Sharing a run costs a step of its own, because what follows must wait for it; so a run is shared
// only where that saves kSharedRowsMin rows, and otherwise computed again by each branch.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "text/tokenizer.h"

namespace outpost::engine {

// log p(continuation | prompt) in tokens. Both hold at least one.
struct ScoreItem {
  std::vector<text::TokenId> prompt;
  std::vector<text::TokenId> continuation;
  bool reads_state = false; // see chat::ScoreItem

  // Rows to compute: all tokens but the last, whose logits nobody asks for.
  [[nodiscard]] std::uint32_t path_length() const {
    return static_cast<std::uint32_t>(prompt.size() + continuation.size() - 1);
  }
  // The first position whose logits are wanted: that of the prompt's last token.
  [[nodiscard]] std::uint32_t first_wanted() const {
    return static_cast<std::uint32_t>(prompt.size() - 1);
  }
  // REQUIRES: position <= path_length(); the last is the last token of the continuation.
  [[nodiscard]] text::TokenId token(std::uint32_t position) const {
    return position < prompt.size() ? prompt[position] : continuation[position - prompt.size()];
  }
};

inline constexpr std::uint32_t kNoNode = std::numeric_limits<std::uint32_t>::max();

// Tokens at positions [begin, end) of the path of each of its items.
struct ScoreNode {
  std::uint32_t parent = kNoNode;
  std::uint32_t begin = 0, end = 0;
  // Of ScoreTree::order: the items whose path goes through here or ends here.
  std::uint32_t first_item = 0, item_count = 0;
  std::uint32_t wanted_from = 0; // logits are wanted at positions [wanted_from, end); may be end
  std::uint32_t prompt_end = 0;  // up to here it is prompt to some item, and worth keeping
  std::uint32_t child_count = 0;
  std::uint32_t first_child = kNoNode, next_sibling = kNoNode;
};

struct ScoreTree {
  std::vector<ScoreNode> nodes;     // parents before children
  std::vector<std::uint32_t> order; // indices of items, sorted by path
};

inline constexpr std::uint32_t kSharedRowsMin = 16;

ScoreTree make_score_tree(std::span<const ScoreItem> items);

} // namespace outpost::engine
