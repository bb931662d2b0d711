#include "models/block_queue.h"

#include <algorithm>

#include "base/assert.h"
#include "platform/spin.h"

namespace outpost::models {

BlockQueue::BlockQueue(std::uint32_t blocks_max)
    : progress_(std::make_unique<Progress[]>(blocks_max)) {}

void BlockQueue::reset(std::uint32_t block_count, std::uint32_t layer_count, bool is_causal) {
  block_count_ = block_count;
  layer_count_ = layer_count;
  is_causal_ = is_causal;
  for (std::uint32_t i = 0; i < block_count; ++i)
    progress_[i].layers.store(0, std::memory_order_relaxed);
  next_.store(0, std::memory_order_relaxed);
  is_stopped_.store(false, std::memory_order_relaxed);
}

std::optional<BlockQueue::Task> BlockQueue::take() {
  const std::uint64_t task = next_.fetch_add(1, std::memory_order_relaxed);
  if (task >= std::uint64_t{block_count_} * layer_count_) return std::nullopt;
  return Task{static_cast<std::uint32_t>(task / block_count_),
              static_cast<std::uint32_t>(task % block_count_)};
}

bool BlockQueue::wait_for(Task task) const {
  const auto stopped = [&] { return is_stopped_.load(std::memory_order_relaxed); };
  // The first rows of the next block may share a page of keys with the last ones of this block,
  // which is read as a whole.
  const std::uint32_t last = is_causal_ ? std::min(task.block + 2, block_count_) : block_count_;
  for (std::uint32_t i = 0; i < last; ++i) {
    platform::spin_until([&] {
      return progress_[i].layers.load(std::memory_order_acquire) >= task.layer || stopped();
    });
  }
  return !stopped();
}

void BlockQueue::finish(Task task) {
  progress_[task.block].layers.store(task.layer + 1, std::memory_order_release);
}

} // namespace outpost::models
