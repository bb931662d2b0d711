#include "engine/score_tree.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace outpost::engine {
namespace {

// Items order[first, last) agree in their first `begin` tokens, which `parent` and its parents
// hold.
struct ItemRange {
  std::uint32_t first, last;
  std::uint32_t begin;
  std::uint32_t parent;
};

class TreeBuilder {
public:
  explicit TreeBuilder(std::span<const ScoreItem> items) : items_(items) {
    tree_.order.resize(items.size());
    std::iota(tree_.order.begin(), tree_.order.end(), 0u);
    std::ranges::sort(tree_.order, [this](std::uint32_t a, std::uint32_t b) {
      const std::uint32_t same = common_length(items_[a], items_[b]);
      const std::uint32_t a_left = items_[a].path_length() - same;
      const std::uint32_t b_left = items_[b].path_length() - same;
      if (a_left == 0 || b_left == 0) return a_left == b_left ? a < b : a_left < b_left;
      return items_[a].token(same) < items_[b].token(same);
    });
  }

  // Ranges wait in a list of their own instead of on the stack: depth is the input's business.
  ScoreTree build() {
    if (!items_.empty())
      waiting_.push_back({0, static_cast<std::uint32_t>(items_.size()), 0, kNoNode});
    while (!waiting_.empty()) {
      const ItemRange range = waiting_.back();
      waiting_.pop_back();
      split(range);
    }
    return std::move(tree_);
  }

private:
  static std::uint32_t common_length(const ScoreItem& a, const ScoreItem& b) {
    const std::uint32_t limit = std::min(a.path_length(), b.path_length());
    std::uint32_t n = 0;
    while (n < limit && a.token(n) == b.token(n)) ++n;
    return n;
  }
  [[nodiscard]] const ScoreItem& item(std::uint32_t index) const {
    return items_[tree_.order[index]];
  }

  void split(const ItemRange& range) {
    const ScoreItem& last = item(range.last - 1);
    // Items that end where others go on need no branch.
    std::uint32_t fork = range.first;
    while (fork + 1 < range.last && common_length(item(fork), last) == item(fork).path_length())
      ++fork;
    if (fork + 1 == range.last) {
      add_node(range, last.path_length());
      return;
    }
    const std::uint32_t same = common_length(item(fork), last);
    std::uint32_t branch_count = 1;
    for (std::uint32_t i = fork + 1; i < range.last; ++i) {
      if (item(i).token(same) != item(i - 1).token(same)) ++branch_count;
    }
    const bool is_worth_sharing = (same - range.begin) * (branch_count - 1) >= kSharedRowsMin;
    const std::uint32_t parent = is_worth_sharing ? add_node(range, same) : range.parent;
    // Unshared, the items that end on the way go with the first branch.
    const std::uint32_t first = is_worth_sharing ? fork : range.first;
    branch(fork, same, {first, range.last, is_worth_sharing ? same : range.begin, parent});
  }

  // One waiting range for each token that follows at position `same`, from item `fork` on.
  void branch(std::uint32_t fork, std::uint32_t same, const ItemRange& range) {
    ItemRange part = range;
    for (std::uint32_t i = fork + 1; i <= range.last; ++i) {
      if (i < range.last && item(i).token(same) == item(i - 1).token(same)) continue;
      part.last = i;
      waiting_.push_back(part);
      part.first = i;
    }
  }

  std::uint32_t add_node(const ItemRange& range, std::uint32_t end) {
    ScoreNode node{.parent = range.parent,
                   .begin = range.begin,
                   .end = end,
                   .first_item = range.first,
                   .item_count = range.last - range.first,
                   .wanted_from = end};
    for (std::uint32_t i = range.first; i < range.last; ++i) {
      if (item(i).path_length() <= range.begin) continue;
      node.wanted_from = std::min(node.wanted_from, std::max(item(i).first_wanted(), range.begin));
      node.prompt_end = std::max(node.prompt_end, item(i).first_wanted() + 1);
    }
    node.prompt_end = std::min(node.prompt_end, end);
    const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
    if (range.parent != kNoNode) {
      ScoreNode& parent = tree_.nodes[range.parent];
      ++parent.child_count;
      node.next_sibling = std::exchange(parent.first_child, index);
    }
    tree_.nodes.push_back(node);
    return index;
  }

  std::span<const ScoreItem> items_;
  ScoreTree tree_;
  std::vector<ItemRange> waiting_;
};

} // namespace

ScoreTree make_score_tree(std::span<const ScoreItem> items) { return TreeBuilder(items).build(); }

} // namespace outpost::engine
