#include <set>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/score_tree.h"

namespace outpost::engine {
namespace {

using Tokens = std::vector<text::TokenId>;

Tokens copies(std::size_t count, text::TokenId token) { return Tokens(count, token); }

Tokens joined(Tokens a, const Tokens& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::size_t rows_of(const ScoreTree& tree) {
  std::size_t rows = 0;
  for (const ScoreNode& node : tree.nodes) rows += node.end - node.begin;
  return rows;
}

// Every item finds each of its rows in exactly one node, with its own tokens, and logits where it
// wants them.
void expect_covers(const ScoreTree& tree, const std::vector<ScoreItem>& items) {
  std::vector<std::set<std::uint32_t>> covered(items.size());
  for (const ScoreNode& node : tree.nodes) {
    ASSERT_LT(node.begin, node.end);
    if (node.parent != kNoNode) {
      ASSERT_EQ(tree.nodes[node.parent].end, node.begin);
    } else {
      ASSERT_EQ(node.begin, 0u);
    }
    const ScoreItem& last = items[tree.order[node.first_item + node.item_count - 1]];
    for (std::uint32_t i = node.first_item; i < node.first_item + node.item_count; ++i) {
      const ScoreItem& item = items[tree.order[i]];
      for (std::uint32_t p = node.begin; p < std::min(node.end, item.path_length()); ++p) {
        ASSERT_EQ(item.token(p), last.token(p));
        ASSERT_TRUE(covered[tree.order[i]].insert(p).second) << "position " << p << " twice";
        if (p >= item.first_wanted()) {
          ASSERT_GE(p, node.wanted_from);
        }
      }
    }
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    ASSERT_EQ(covered[i].size(), items[i].path_length()) << "item " << i;
  }
}

TEST(ScoreTree, OnePromptManyContinuations) {
  std::vector<ScoreItem> items;
  for (text::TokenId c = 0; c < 10; ++c) items.push_back({copies(100, 1), {50 + c, 7, 8}});
  const ScoreTree tree = make_score_tree(items);
  expect_covers(tree, items);
  ASSERT_EQ(tree.nodes.size(), 11u);
  EXPECT_EQ(rows_of(tree), 100u + 10 * 2);
  EXPECT_EQ(tree.nodes[0].wanted_from, 99u);
  EXPECT_EQ(tree.nodes[0].prompt_end, 100u);
}

TEST(ScoreTree, OneTokenContinuationsNeedNoRowsOfTheirOwn) {
  std::vector<ScoreItem> items;
  for (text::TokenId c = 0; c < 10; ++c) items.push_back({copies(100, 1), {c}});
  const ScoreTree tree = make_score_tree(items);
  expect_covers(tree, items);
  EXPECT_EQ(tree.nodes.size(), 1u);
  EXPECT_EQ(rows_of(tree), 100u);
}

TEST(ScoreTree, NoisyChannelSharesWhatPromptsBeginWith) {
  std::vector<ScoreItem> items;
  for (text::TokenId tool = 0; tool < 5; ++tool) {
    items.push_back({joined(copies(60, 1), copies(30, 100 + tool)), copies(12, 9)});
  }
  const ScoreTree tree = make_score_tree(items);
  expect_covers(tree, items);
  EXPECT_EQ(rows_of(tree), 60u + 5 * (30 + 11));
}

TEST(ScoreTree, ShortSharedRunsAreNotWorthAStep) {
  const std::vector<ScoreItem> items = {{{1, 2}, {3, 4}}, {{1, 2}, {5, 6}}, {{1, 2}, {7, 8}}};
  const ScoreTree tree = make_score_tree(items);
  expect_covers(tree, items);
  EXPECT_EQ(tree.nodes.size(), 3u); // three rows again beats a step of its own
}

TEST(ScoreTree, ItemsMayEndWhereOthersGoOn) {
  const std::vector<ScoreItem> items = {{copies(40, 1), {1, 1}},    {copies(40, 1), {1, 1, 1, 1}},
                                        {copies(40, 1), {1, 1}},    {copies(60, 1), {2}},
                                        {copies(60, 1), {2, 3, 4}}, {copies(60, 1), {3, 3, 4}}};
  expect_covers(make_score_tree(items), items);
}

TEST(ScoreTree, CoversAnyItems) {
  Random random(17);
  for (int round = 0; round < 2000; ++round) {
    std::vector<ScoreItem> items(1 + random.next_below(12));
    for (ScoreItem& item : items) {
      // Runs of few different tokens meet and part in every way.
      const auto add = [&](Tokens& tokens) {
        for (std::uint32_t n = 1 + random.next_below(3); n > 0; --n) {
          const Tokens more =
              copies(1 + random.next_below(25), 1 + static_cast<int>(random.next_below(2)));
          tokens.insert(tokens.end(), more.begin(), more.end());
        }
      };
      add(item.prompt);
      add(item.continuation);
    }
    const ScoreTree tree = make_score_tree(items);
    expect_covers(tree, items);
    std::size_t rows_alone = 0;
    for (const ScoreItem& item : items) rows_alone += item.path_length();
    ASSERT_LE(rows_of(tree), rows_alone);
  }
}

} // namespace
} // namespace outpost::engine
