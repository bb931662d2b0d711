// Requests that wait to be admitted. Bounded in number, in tokens and for each principal: what does
// not fit is refused at once, with the reason, instead of waiting for ever.
//
// push() and close() from any thread; everything else from the engine thread, the only one that
// takes jobs out.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/config.h"
#include "engine/job.h"
#include "engine/scheduler.h"

namespace outpost::engine {

class JobQueue {
public:
  explicit JobQueue(const EngineConfig& config);

  // kUnavailable: the queue is full or closed. The job must live until the engine has finished it.
  Status push(Job& job);
  // No more jobs come in; those that wait are still served.
  void close();

  // The job to admit next, left in the queue; nullptr when nobody waits. `running` are the jobs
  // that run now.
  [[nodiscard]] Job* choose(std::span<Job* const> running);
  void remove(Job& job);
  // Takes out a job whose caller has cancelled; nullptr when there is none.
  [[nodiscard]] Job* take_cancelled();
  [[nodiscard]] Job* take_any();
  // Whether nobody waits and somebody may come.
  [[nodiscard]] bool is_idle();
  // Blocks until a job waits or the queue is closed; false when it is closed and empty.
  [[nodiscard]] bool wait();
  // REQUIRES: nobody pushes, before the first job or after close().
  [[nodiscard]] ScopeTable& scopes() { return scopes_; }
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_relaxed); }

private:
  [[nodiscard]] Status check_room(const Job& job) const;
  Job* take(std::size_t index);

  EngineConfig config_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job*> waiting_;        // guarded by mutex_; in order of arrival
  std::vector<WaitingView> views_;   // guarded by mutex_; scratch of choose()
  std::uint64_t waiting_tokens_ = 0; // guarded by mutex_
  bool is_closed_ = false;           // guarded by mutex_
  ScopeTable scopes_;                // guarded by mutex_
  std::atomic<std::size_t> size_{0};
};

} // namespace outpost::engine
