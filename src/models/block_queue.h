// Which block of a step's rows goes through which layer next, when every worker takes whole blocks
// (Sharing::kBlocks). Tasks are taken in order: all blocks of a layer, then those of the next. A
// task waits only for blocks whose keys it may read, not for all: workers do not meet at the end of
// a layer, and one that is slower for a while, as they are on shared machines, is not waited for.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace outpost::models {

class BlockQueue {
public:
  struct Task {
    std::uint32_t layer, block;
  };

  explicit BlockQueue(std::uint32_t blocks_max);

  // Starts anew, while no worker is about. Without causality rows read keys of all blocks.
  void reset(std::uint32_t block_count, std::uint32_t layer_count, bool is_causal);

  // The next task, or none when there is no other. Thread-safe, as are the following.
  std::optional<Task> take();
  // Waits until what the task reads of the layer before is written. False: stopped meanwhile.
  [[nodiscard]] bool wait_for(Task task) const;
  void finish(Task task);
  // Workers are to leave what is left. For good, until reset().
  void stop() { is_stopped_.store(true, std::memory_order_relaxed); }

private:
  struct alignas(64) Progress {
    std::atomic<std::uint32_t> layers{0}; // that the block has been through
  };

  std::uint32_t block_count_ = 0, layer_count_ = 0;
  bool is_causal_ = true;
  std::unique_ptr<Progress[]> progress_;
  alignas(64) std::atomic<std::uint64_t> next_{0};
  std::atomic<bool> is_stopped_{false};
};

} // namespace outpost::models
