// A few long-lived threads that run the same function, for work that waits (sockets, answers).
// Parallel loops over data belong to workers.h.
#pragma once
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace outpost::platform {

class ThreadGroup {
public:
  // Each thread calls `work(i)` once, i < count. `work` must return when its owner asks it to.
  ThreadGroup(std::size_t count, const std::function<void(std::size_t)>& work);
  // Waits for all of them.
  ~ThreadGroup() { join(); }
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  void join();

private:
  std::vector<std::thread> threads_;
};

} // namespace outpost::platform
