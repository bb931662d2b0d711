// Persistent worker threads that only run parallel loops. The caller takes part as worker 0. One
// loop at a time; the engine thread is the only caller. Workers spin for some microseconds after a
// loop, then sleep: an idle engine costs nothing.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace outpost::platform {

// Several Workers on the same cores: only one of them runs a loop at a time, in the order of
// asking. Otherwise each would spin for threads that the others keep from running. Thread-safe.
class CoreTurns {
public:
  void take() {
    const std::uint32_t ticket = next_.fetch_add(1);
    for (auto now = serving_.load(); now != ticket; now = serving_.load()) serving_.wait(now);
  }
  void give() {
    serving_.fetch_add(1);
    serving_.notify_all();
  }

private:
  std::atomic<std::uint32_t> next_{0};
  std::atomic<std::uint32_t> serving_{0};
};

class Workers {
public:
  // `count` threads in all, the caller included; pinned to `cores` when there are enough of them.
  // `turns`: shared with other Workers on these cores, and outlives this; none: there are no
  // others.
  explicit Workers(unsigned count, std::vector<int> cores = {}, CoreTurns* turns = nullptr);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  [[nodiscard]] unsigned count() const { return count_; }

  // Gives the calling thread, which makes all calls of run() from now on, the core that is left for
  // it. Without that, a busy machine may put it beside a pinned worker: each then spins through the
  // other's time slices.
  void pin_caller() const;

  // Runs body(worker) once on every worker, and returns when all have finished. `body` must not
  // throw and must not call run() again.
  template <class Body>
  void run(Body&& body) {
    run_erased([](void* context, unsigned worker) { (*static_cast<Body*>(context))(worker); },
               static_cast<void*>(&body));
  }

  // Waits until all workers of the running loop have come here. For use inside a body only.
  void barrier(unsigned worker);

  // The half-open share of [0, total) that belongs to `worker`: contiguous, sizes differ by <= 1.
  struct Range {
    std::size_t begin, end;
  };
  [[nodiscard]] Range share(std::size_t total, unsigned worker) const {
    return {total * worker / count_, total * (worker + 1) / count_};
  }

private:
  using Call = void (*)(void*, unsigned);
  struct alignas(64) Flag {
    std::atomic<std::uint32_t> value{0};
  };
  void run_erased(Call call, void* context);
  void run_loop(Call call, void* context);
  void loop(unsigned worker);

  unsigned count_;
  CoreTurns* turns_;
  std::optional<int> first_core_; // none: nobody is pinned
  Call call_ = nullptr;
  void* context_ = nullptr;
  alignas(64) std::atomic<std::uint32_t> generation_{0};
  alignas(64) std::atomic<std::uint32_t> sleepers_{0};
  std::atomic<bool> stop_{false};
  std::unique_ptr<Flag[]> done_;    // generation each worker has finished
  std::unique_ptr<Flag[]> arrived_; // barrier episodes each worker has reached
  std::vector<std::thread> threads_;
};

} // namespace outpost::platform
