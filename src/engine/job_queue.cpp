#include "engine/job_queue.h"

#include <algorithm>
#include <string>

namespace outpost::engine {

JobQueue::JobQueue(const EngineConfig& config) : config_(config) {
  waiting_.reserve(config.queue_max);
  views_.reserve(config.queue_max);
}

Status JobQueue::check_room(const Job& job) const {
  const auto busy = [](const std::string& what) {
    return fail(ErrorCode::kUnavailable, "the engine is busy: " + what, "try again later");
  };
  if (is_closed_) return fail(ErrorCode::kUnavailable, "the engine is stopping");
  if (waiting_.size() >= config_.queue_max) {
    return busy(std::to_string(waiting_.size()) + " requests wait, the most it keeps");
  }
  if (waiting_tokens_ + job.token_count() > config_.queue_tokens_max && !waiting_.empty()) {
    return busy("the waiting requests hold " + std::to_string(waiting_tokens_) + " tokens of " +
                std::to_string(config_.queue_tokens_max));
  }
  const auto own = std::ranges::count(waiting_, job.principal().value,
                                      [](const Job* j) { return j->principal().value; });
  if (own >= config_.queue_per_principal_max) {
    return busy(std::to_string(own) + " requests of this principal wait, the most it keeps");
  }
  return {};
}

Status JobQueue::push(Job& job) {
  const std::lock_guard lock(mutex_);
  OUTPOST_CHECK(check_room(job));
  job.set_scope(scopes_.scope_of(job.principal()));
  waiting_.push_back(&job);
  waiting_tokens_ += job.token_count();
  size_.store(waiting_.size(), std::memory_order_relaxed);
  changed_.notify_one();
  return {};
}

void JobQueue::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  changed_.notify_one();
}

Job* JobQueue::choose(std::span<Job* const> running) {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return nullptr;
  views_.clear();
  for (const Job* job : waiting_) {
    const auto of_same = [job](const Job* other) { return other->scope() == job->scope(); };
    const auto count = std::ranges::count_if(running, of_same);
    views_.push_back({job->scope(), static_cast<std::uint32_t>(count), job->work_class()});
  }
  return waiting_[choose_admission(views_)];
}

Job* JobQueue::take(std::size_t index) {
  Job* job = waiting_[index];
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
  waiting_tokens_ -= job->token_count();
  size_.store(waiting_.size(), std::memory_order_relaxed);
  return job;
}

void JobQueue::remove(Job& job) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(waiting_, &job);
  if (found != waiting_.end()) take(static_cast<std::size_t>(found - waiting_.begin()));
}

Job* JobQueue::take_cancelled() {
  const std::lock_guard lock(mutex_);
  const auto is_cancelled = [](const Job* job) { return job->cancel().cancelled(); };
  const auto found = std::ranges::find_if(waiting_, is_cancelled);
  if (found == waiting_.end()) return nullptr;
  return take(static_cast<std::size_t>(found - waiting_.begin()));
}

Job* JobQueue::take_any() {
  const std::lock_guard lock(mutex_);
  return waiting_.empty() ? nullptr : take(0);
}

bool JobQueue::is_idle() {
  const std::lock_guard lock(mutex_);
  return waiting_.empty() && !is_closed_;
}

bool JobQueue::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !waiting_.empty() || is_closed_; });
  return !waiting_.empty();
}

} // namespace outpost::engine
