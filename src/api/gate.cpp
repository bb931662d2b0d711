#include "api/gate.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace outpost::api {
namespace {

constexpr double kSmoothing = 0.1; // weight of the newest gap between two ends
constexpr std::chrono::seconds kRetryMax{120};
constexpr std::chrono::seconds kClassAge{30}; // of waiting, for which a ticket moves up a class

std::chrono::seconds retry_after(std::chrono::duration<double> wait) {
  const auto seconds = std::chrono::seconds(static_cast<std::int64_t>(std::ceil(wait.count())));
  return std::clamp(seconds, std::chrono::seconds(1), kRetryMax);
}

} // namespace

Gate::Gate(const GateLimits& limits, Clock& clock)
    : limits_(limits), clock_(clock), threads_(limits.slots, [this](std::size_t) { run(); }) {}

Gate::~Gate() {
  Lines dropped; // their tickets go without the lock, and before what runs is waited for
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    for (auto& [principal, line] : lines_) dropped[principal].waiting.swap(line.waiting);
  }
  dropped.clear();
  changed_.notify_all();
  threads_.join();
}

std::chrono::duration<double> Gate::wait_of_next() const {
  return std::chrono::duration<double>(seconds_per_request_ * (waiting_.load() + 1));
}

std::optional<GateRefusal> Gate::refusal(const Ticket& ticket) const {
  const auto wait = wait_of_next();
  if (waiting_ >= limits_.waiting_max) {
    return GateRefusal{false,
                       fmt::format("{} requests wait, the most this server keeps", waiting()),
                       retry_after(wait)};
  }
  const auto line = lines_.find(ticket.principal);
  if (line != lines_.end() && line->second.waiting.size() >= limits_.waiting_per_principal_max) {
    return GateRefusal{true,
                       fmt::format("{} requests of this key wait, the most this server keeps",
                                   line->second.waiting.size()),
                       retry_after(wait)};
  }
  if (waiting_ > 0 && wait > limits_.waiting_time_max) {
    return GateRefusal{
        false,
        fmt::format("{} requests wait; this one would wait {} s, longer than any may", waiting(),
                    std::llround(wait.count())),
        retry_after(wait)};
  }
  if (ticket.deadline && waiting_ > 0 && clock_.monotonic() + wait > *ticket.deadline) {
    return GateRefusal{
        false, fmt::format("{} requests wait; this one would not be done in its time", waiting()),
        retry_after(wait)};
  }
  return std::nullopt;
}

void Gate::drop_cancelled(std::vector<Ticket>& dropped) {
  for (auto& [principal, line] : lines_) {
    for (auto at = line.waiting.begin(); at != line.waiting.end();) {
      if (at->second.ticket.cancel.cancelled()) {
        dropped.push_back(std::move(at->second.ticket));
        at = line.waiting.erase(at);
        --waiting_;
      } else {
        ++at;
      }
    }
  }
}

std::optional<GateRefusal> Gate::submit(Ticket ticket) {
  std::vector<Ticket> dropped; // destroyed without the lock
  {
    const std::lock_guard lock(mutex_);
    auto refused = refusal(ticket);
    if (refused) {
      drop_cancelled(dropped); // clients that have left hold no places
      if (!dropped.empty()) refused = refusal(ticket);
    }
    if (refused) return refused;
    ticket.slots = std::clamp(ticket.slots, 1u, limits_.slots);
    const Place place{ticket.priority, next_number_++};
    Line& line = lines_[ticket.principal];
    line.waiting.emplace(place, Waiting{std::move(ticket), clock_.monotonic()});
    ++waiting_;
  }
  changed_.notify_one();
  return std::nullopt;
}

int Gate::class_now(const Waiting& waiting, std::chrono::nanoseconds now) const {
  const auto ages = static_cast<int>(std::min<std::int64_t>((now - waiting.since) / kClassAge, 2));
  return std::max(0, static_cast<int>(waiting.ticket.work_class) - ages);
}

// Places that this class may fill together with all others: the rest is kept for those before it.
std::uint32_t Gate::room_for(int work_class) const {
  const std::uint32_t kept = limits_.slots / 4 * static_cast<std::uint32_t>(work_class);
  return std::max(1u, limits_.slots - kept);
}

// The first class; of equals the principal with the least running, then the one whose first ticket
// came first.
Gate::Lines::iterator Gate::next_line() {
  auto best = lines_.end();
  const auto now = clock_.monotonic();
  for (auto at = lines_.begin(); at != lines_.end(); ++at) {
    if (at->second.waiting.empty()) continue;
    const auto key = [&](const Line& line) {
      const auto& [place, first] = *line.waiting.begin();
      return std::tuple(class_now(first, now), line.running_slots, place.number);
    };
    if (best == lines_.end() || key(at->second) < key(best->second)) best = at;
  }
  return best;
}

std::optional<Ticket> Gate::take() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    const auto line = next_line();
    if (line != lines_.end()) {
      const auto first = line->second.waiting.begin();
      Ticket& waiting = first->second.ticket;
      waiting.slots = std::min(waiting.slots, room_for(static_cast<int>(waiting.work_class)));
      if (running_ + waiting.slots <= room_for(class_now(first->second, clock_.monotonic()))) {
        Ticket ticket = std::move(waiting);
        line->second.waiting.erase(first);
        line->second.running_slots += ticket.slots;
        --waiting_;
        running_ += ticket.slots;
        if (waiting_ > 0) changed_.notify_one(); // there may be room for the next one, too
        return ticket;
      }
    }
    changed_.wait(lock);
  }
  return std::nullopt;
}

void Gate::finish(const Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  running_ -= ticket.slots;
  const auto line = lines_.find(ticket.principal);
  line->second.running_slots -= ticket.slots;
  if (line->second.running_slots == 0 && line->second.waiting.empty()) lines_.erase(line);
  const auto now = clock_.monotonic();
  // Gaps tell of the rate only while there is always something to do.
  if (waiting_ > 0 && last_end_) {
    const double gap = std::chrono::duration<double>(now - *last_end_).count();
    seconds_per_request_ +=
        (seconds_per_request_ == 0 ? 1 : kSmoothing) * (gap - seconds_per_request_);
  }
  last_end_ = waiting_ > 0 ? std::optional(now) : std::nullopt;
  // No notice: this thread looks for the next ticket itself.
}

void Gate::run() {
  while (auto ticket = take()) {
    ticket->run();
    ticket->run = nullptr; // gives up what it holds before its slots are free
    finish(*ticket);
  }
}

} // namespace outpost::api
