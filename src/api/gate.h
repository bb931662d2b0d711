// Admission: who may work on a model now, who waits, who is refused. Stands between the HTTP
// threads, which must not wait, and ChatModel, whose calls block: a request waits here as a few
// bytes, not as a thread.
//
// The first class goes first (chat::WorkClass), and some places are always left for it; whoever has
// waited long moves up a class. Between principals of a class the one with the least work running
// goes first; within one, the lower priority number, then the earlier. Nobody overtakes a ticket
// that does not fit yet, so a wide one does not starve.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/clock.h"
#include "chat/chat.h"
#include "platform/thread_group.h"

namespace outpost::api {

struct GateLimits {
  std::uint32_t slots = 64; // answers made at once
  std::uint32_t waiting_max = 1000;
  std::uint32_t waiting_per_principal_max = 750; // so that one cannot take every place
  // What would wait longer, at the pace measured last, is refused at once.
  std::chrono::milliseconds waiting_time_max{600'000};
};

// One request's wish to run.
struct Ticket {
  std::string principal;
  std::uint32_t slots = 1; // answers it makes at once; more than there are: as many as there are
  // What it is likely to take, in tokens of answers: see likely_tokens().
  std::uint32_t tokens = 1;
  std::int32_t priority = 0;
  chat::WorkClass work_class = chat::WorkClass::kInteractive;
  CancelToken cancel;
  std::optional<std::chrono::nanoseconds> deadline; // monotonic
  // Called once on a thread of the gate, also when it was cancelled meanwhile (it looks itself).
  // Destroyed without a call when the gate ends.
  std::function<void()> run;
};

struct GateRefusal {
  bool is_own_limit = false; // this principal's, not everybody's
  std::string message;
  std::chrono::seconds retry_after{1}; // from the measured rate
};

class Gate {
public:
  Gate(const GateLimits& limits, Clock& clock);
  // Finishes what runs, drops what waits.
  ~Gate();

  // What an answer of at most `max_tokens` to a prompt of `prompt_bytes` is likely to take, by how
  // long answers were lately: most end long before their limit. Thread-safe.
  [[nodiscard]] std::uint32_t likely_tokens(std::size_t prompt_bytes,
                                            std::uint32_t max_tokens) const;
  // An answer ended that had so many tokens. Thread-safe.
  void learn_length(std::uint32_t tokens);

  // None: it will run. Otherwise it is refused, within microseconds: the tokens that wait before
  // it, at the pace measured last, tell how long it would wait. Thread-safe.
  std::optional<GateRefusal> submit(Ticket ticket);
  // What submit() would say now to a ticket of this principal without a deadline: for refusing a
  // request before it is read. Thread-safe.
  std::optional<GateRefusal> refuses(const std::string& principal);

  [[nodiscard]] std::uint32_t waiting() const { return waiting_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint32_t running() const { return running_.load(std::memory_order_relaxed); }
  [[nodiscard]] const GateLimits& limits() const { return limits_; }

private:
  struct Place { // in a principal's line
    std::int32_t priority;
    std::uint64_t number;
    auto operator<=>(const Place&) const = default;
  };
  struct Waiting {
    Ticket ticket;
    std::chrono::nanoseconds since{0}; // monotonic
  };
  struct Line {
    std::map<Place, Waiting> waiting;
    std::uint32_t running_slots = 0;
  };
  using Lines = std::map<std::string, Line>;

  void run();
  std::optional<Ticket> take();
  Lines::iterator next_line();
  [[nodiscard]] int class_now(const Waiting& waiting, std::chrono::nanoseconds now) const;
  [[nodiscard]] std::uint32_t room_for(int work_class) const;
  void finish(const Ticket& ticket);
  void drop_cancelled(std::vector<Ticket>& dropped);
  std::optional<GateRefusal> refusal(const Ticket& ticket) const;
  std::optional<GateRefusal> refusal_or_room(const Ticket& ticket, std::vector<Ticket>& dropped);
  [[nodiscard]] std::chrono::duration<double> wait_of_next() const;
  void learn_pace(const Ticket& ended);

  GateLimits limits_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All below are guarded by mutex_.
  Lines lines_;
  std::uint64_t next_number_ = 0;
  // Of the last ends while there was always something to do, older ones fading: what ended, and how
  // long that took. 0: not known yet.
  double paced_tokens_ = 0;
  double paced_seconds_ = 0;
  std::uint64_t waiting_tokens_ = 0;
  std::optional<std::chrono::nanoseconds> last_end_;
  std::optional<std::chrono::nanoseconds> last_sweep_; // for tickets of clients that have left
  bool is_stopping_ = false;
  // Written under mutex_, read by anybody.
  std::atomic<std::uint32_t> waiting_{0};
  std::atomic<std::uint32_t> running_{0}; // slots
  std::atomic<float> usual_length_{0};    // of answers, in tokens; 0: not known yet
  platform::ThreadGroup threads_;         // last: they use all the others
};

} // namespace outpost::api
