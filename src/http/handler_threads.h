// The threads that run handlers. The queue needs no bound of its own: each connection has at most
// one request in it, and connections are bounded.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

#include "platform/thread_group.h"

namespace outpost::http {

class HandlerThreads {
public:
  explicit HandlerThreads(std::size_t count) : threads_(count, [this](std::size_t) { run(); }) {}
  // Runs what is queued, then ends.
  ~HandlerThreads();

  void submit(std::function<void()> work);

private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_; // guarded by mutex_
  bool is_stopping_ = false;                // guarded by mutex_
  platform::ThreadGroup threads_;           // last: they use all the others
};

} // namespace outpost::http
