#include "platform/thread_group.h"

namespace outpost::platform {

ThreadGroup::ThreadGroup(std::size_t count, const std::function<void(std::size_t)>& work) {
  threads_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back(work, i);
}

void ThreadGroup::join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

} // namespace outpost::platform
