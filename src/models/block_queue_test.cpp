#include <algorithm>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "models/block_queue.h"

namespace outpost::models {
namespace {

TEST(BlockQueue, GivesEachTaskOnceInOrder) {
  BlockQueue queue(3);
  queue.reset(3, 2, true);
  for (std::uint32_t layer = 0; layer < 2; ++layer) {
    for (std::uint32_t block = 0; block < 3; ++block) {
      const auto task = queue.take();
      ASSERT_TRUE(task);
      EXPECT_EQ(task->layer, layer);
      EXPECT_EQ(task->block, block);
      EXPECT_TRUE(queue.wait_for(*task));
      queue.finish(*task);
    }
  }
  EXPECT_FALSE(queue.take());
  queue.reset(2, 1, true);
  EXPECT_TRUE(queue.take());
}

// What a task may read of the layer before when tokens see no later ones: its own block, those
// before, and the one after, whose first rows may lie on the page of keys that its last are on.
std::uint32_t readable_end(std::uint32_t block, std::uint32_t blocks) {
  return std::min(block + 2, blocks);
}

// What a task reads is written without atomics: a missing wait is a race, or a wrong sum.
TEST(BlockQueue, ATaskSeesWhatItsBlockAndThoseBeforeWroteInTheLayerBefore) {
  constexpr std::uint32_t kBlocks = 5, kLayers = 40;
  for (const bool is_causal : {true, false}) {
    BlockQueue queue(kBlocks);
    queue.reset(kBlocks, kLayers, is_causal);
    std::vector<std::uint32_t> written(std::size_t{kLayers} * kBlocks);
    const auto work = [&] {
      while (const auto task = queue.take()) {
        ASSERT_TRUE(queue.wait_for(*task));
        std::uint32_t& mine = written[task->layer * kBlocks + task->block];
        const std::uint32_t end = is_causal ? readable_end(task->block, kBlocks) : kBlocks;
        for (std::uint32_t i = 0; task->layer > 0 && i < end; ++i)
          mine += written[(task->layer - 1) * kBlocks + i];
        if (task->layer == 0) mine = 1;
        mine %= 65521;
        queue.finish(*task);
      }
    };
    std::thread second(work), third(work);
    work();
    second.join();
    third.join();
    std::vector<std::uint32_t> expected(kBlocks, 1);
    for (std::uint32_t layer = 1; layer < kLayers; ++layer) {
      std::vector<std::uint32_t> next(kBlocks);
      for (std::uint32_t block = 0; block < kBlocks; ++block) {
        for (std::uint32_t i = 0; i < (is_causal ? readable_end(block, kBlocks) : kBlocks); ++i)
          next[block] += expected[i];
        next[block] %= 65521;
      }
      expected = next;
    }
    for (std::uint32_t block = 0; block < kBlocks; ++block)
      EXPECT_EQ(written[(kLayers - 1) * kBlocks + block], expected[block]);
  }
}

TEST(BlockQueue, StopEndsWaiting) {
  BlockQueue queue(2);
  queue.reset(2, 2, true);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(queue.take()); // and never finished
  const auto task = queue.take();
  ASSERT_TRUE(task);
  std::thread stopper([&] { queue.stop(); });
  EXPECT_FALSE(queue.wait_for(*task));
  stopper.join();
}

} // namespace
} // namespace outpost::models
