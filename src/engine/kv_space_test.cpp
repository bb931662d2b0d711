#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/kv_space.h"
#include "engine/sequence.h"
#include "engine/testing/fake_decoder.h"

namespace outpost::engine {
namespace {

std::vector<TokenId> counting(std::size_t count, TokenId first = 0) {
  std::vector<TokenId> tokens(count);
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

class KvSpaceTest : public ::testing::Test {
protected:
  void expect_sound(std::initializer_list<const Sequence*> sequences = {}) const {
    std::vector<PageId> held;
    for (const Sequence* s : sequences) {
      held.insert(held.end(), s->pages().begin(), s->pages().end());
    }
    EXPECT_EQ(kv_.check(held), "");
  }
  // Starts, computes and publishes all of `tokens`, and lets it go.
  void run_through(ScopeId scope, const std::vector<TokenId>& tokens) {
    Sequence sequence(kv_, scope);
    const auto length = static_cast<std::uint32_t>(tokens.size());
    ASSERT_TRUE(sequence.start(tokens, length - 1, length));
    sequence.prepare(sequence.pending());
    sequence.mark_computed(sequence.pending());
    sequence.publish(length);
  }

  models::KvArena arena_ = testing::FakeDecoder::make_arena(8);
  KvSpace kv_{arena_};
};

TEST_F(KvSpaceTest, FullPagesAreFoundAgain) {
  run_through(1, counting(40)); // two full pages and a half
  EXPECT_EQ(kv_.idle_count(), 2u);
  Sequence again(kv_, 1);
  ASSERT_TRUE(again.start(counting(48), 47, 60));
  EXPECT_EQ(again.reused(), 32u);
  EXPECT_EQ(again.computed(), 32u);
  expect_sound({&again});
  again.release();
  expect_sound();
}

TEST_F(KvSpaceTest, TheLastTokenIsAlwaysComputed) {
  run_through(1, counting(32));
  Sequence again(kv_, 1);
  ASSERT_TRUE(again.start(counting(32), 31, 40));
  EXPECT_EQ(again.reused(), 16u);
}

TEST_F(KvSpaceTest, PrincipalsShareNoPage) {
  run_through(1, counting(40));
  Sequence other(kv_, 2);
  ASSERT_TRUE(other.start(counting(40), 39, 40));
  EXPECT_EQ(other.reused(), 0u);
  expect_sound({&other});
}

TEST_F(KvSpaceTest, WhatTheOperatorSharesServesAll) {
  Sequence first(kv_, 1);
  ASSERT_TRUE(first.start(counting(48), 0, 48));
  first.prepare(48);
  first.mark_computed(48);
  first.publish(48, 20); // one whole page is the operator's
  Sequence other(kv_, 2);
  ASSERT_TRUE(other.start(counting(48), 47, 48));
  EXPECT_EQ(other.reused(), 16u);
  expect_sound({&first, &other});
}

TEST_F(KvSpaceTest, NothingSharedHangsUnderAPrivatePage) {
  run_through(1, counting(16)); // private first
  Sequence first(kv_, 1);
  ASSERT_TRUE(first.start(counting(48), 47, 48));
  first.prepare(first.pending());
  first.mark_computed(first.pending());
  first.publish(48, 48);
  expect_sound({&first});
}

TEST_F(KvSpaceTest, MemoryIsReservedAtTheStart) {
  Sequence a(kv_, 1), b(kv_, 1);
  ASSERT_TRUE(a.start(counting(20), 0, 100)); // 7 of 8 pages
  EXPECT_FALSE(b.start(counting(20, 500), 0, 20));
  expect_sound({&a, &b});
  a.release();
  EXPECT_TRUE(b.start(counting(20, 500), 0, 20));
  expect_sound({&a, &b});
}

TEST_F(KvSpaceTest, LeastRecentlyUsedLeavesGoFirst) {
  run_through(1, counting(48));       // a b c
  run_through(1, counting(48, 1000)); // x y z
  run_through(1, counting(32));       // uses a b again
  Sequence big(kv_, 1);
  ASSERT_TRUE(big.start(counting(64, 5000), 0, 64)); // needs two of the six idle pages
  big.prepare(64);
  expect_sound({&big});
  Sequence abc(kv_, 1), xyz(kv_, 1);
  ASSERT_TRUE(abc.start(counting(48), 48, 48));
  EXPECT_EQ(abc.reused(), 32u); // c was the oldest
  abc.release();
  ASSERT_TRUE(xyz.start(counting(48, 1000), 48, 48));
  EXPECT_EQ(xyz.reused(), 32u); // then z
}

TEST_F(KvSpaceTest, EqualWorkBesideEachOtherEndsInOnePage) {
  Sequence a(kv_, 1), b(kv_, 1);
  ASSERT_TRUE(a.start(counting(20), 0, 20));
  ASSERT_TRUE(b.start(counting(20), 0, 20));
  for (Sequence* s : {&a, &b}) {
    s->prepare(20);
    s->mark_computed(20);
  }
  EXPECT_NE(a.pages()[0], b.pages()[0]);
  a.publish(20);
  b.publish(20);
  EXPECT_EQ(a.pages()[0], b.pages()[0]);
  expect_sound({&a, &b});
}

TEST_F(KvSpaceTest, AForkSharesFullPagesAndCopiesTheOneBegun) {
  Sequence parent(kv_, 1);
  ASSERT_TRUE(parent.start(counting(20), 0, 20));
  parent.prepare(20);
  parent.mark_computed(20);
  auto* slots = reinterpret_cast<int*>(arena_.head(0, 0).page(parent.pages()[1]).keys);
  slots[0] = 1234;
  Sequence child(kv_, 1);
  std::vector<TokenId> tokens = counting(20);
  tokens.push_back(77);
  ASSERT_TRUE(child.fork(parent, 20, tokens, 0));
  EXPECT_EQ(child.computed(), 20u);
  EXPECT_EQ(child.pages()[0], parent.pages()[0]);
  EXPECT_NE(child.pages()[1], parent.pages()[1]);
  EXPECT_EQ(reinterpret_cast<int*>(arena_.head(0, 0).page(child.pages()[1]).keys)[0], 1234);
  expect_sound({&parent, &child});
  parent.release();
  expect_sound({&child});
}

TEST_F(KvSpaceTest, AnyOrderOfWorkKeepsTheInvariants) {
  models::KvArena arena = testing::FakeDecoder::make_arena(24);
  KvSpace kv(arena);
  Random random(3);
  std::vector<std::unique_ptr<Sequence>> running;
  for (int round = 0; round < 4000; ++round) {
    const std::uint32_t act = random.next_below(4);
    if (act == 0 && running.size() < 6) {
      auto fresh = std::make_unique<Sequence>(kv, 1 + random.next_below(2));
      const std::uint32_t length = 1 + random.next_below(90);
      // Few different beginnings, so that they meet.
      const auto tokens = counting(length, static_cast<TokenId>(random.next_below(3)) * 100);
      if (fresh->start(tokens, length - 1, length + random.next_below(40))) {
        running.push_back(std::move(fresh));
      }
    } else if (!running.empty() && act == 1) {
      running.erase(running.begin() +
                    random.next_below(static_cast<std::uint32_t>(running.size())));
    } else if (!running.empty()) {
      Sequence& s = *running[random.next_below(static_cast<std::uint32_t>(running.size()))];
      const std::uint32_t rows = std::min(s.pending(), 1 + random.next_below(30));
      s.prepare(rows);
      s.mark_computed(rows);
      if (act == 2) s.publish(s.computed(), random.next_below(2) * 32);
    }
    std::vector<PageId> held;
    for (const auto& s : running) held.insert(held.end(), s->pages().begin(), s->pages().end());
    ASSERT_EQ(kv.check(held), "") << "round " << round;
  }
}

TEST(ScopeTable, ForgetsAllRatherThanGrow) {
  ScopeTable table(2);
  const ScopeId a = table.scope_of({"a"});
  EXPECT_EQ(table.scope_of({"a"}), a);
  EXPECT_NE(table.scope_of({"b"}), a);
  table.scope_of({"c"});
  const ScopeId again = table.scope_of({"a"});
  EXPECT_NE(again, a);
  EXPECT_NE(again, kSharedScope);
}

} // namespace
} // namespace outpost::engine
