#include "api/gate.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace outpost::api {
namespace {

constexpr double kFading = 0.95;                 // of what is known of the pace, with each end
constexpr float kLengthWeight = 0.05F;           // of the newest answer in the usual length
constexpr std::size_t kPromptBytesPerToken = 20; // four bytes a token, read five times as fast
constexpr std::chrono::seconds kRetryMax{120};
constexpr std::chrono::milliseconds kSweepPause{20}; // a thousand tickets are looked at each time
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
  if (paced_tokens_ <= 0) return {};
  return std::chrono::duration<double>(paced_seconds_ / paced_tokens_ *
                                       static_cast<double>(waiting_tokens_));
}

std::uint32_t Gate::likely_tokens(std::size_t prompt_bytes, std::uint32_t max_tokens) const {
  const float usual = usual_length_.load(std::memory_order_relaxed);
  // Twice the usual length, so that a long limit still counts for more than a short one.
  const auto length =
      usual > 0 ? std::min(max_tokens, static_cast<std::uint32_t>(2 * usual) + 1) : max_tokens;
  return length + static_cast<std::uint32_t>(
                      std::min<std::size_t>(prompt_bytes / kPromptBytesPerToken, 1U << 20U));
}

void Gate::learn_length(std::uint32_t tokens) {
  const float before = usual_length_.load(std::memory_order_relaxed);
  const auto now = static_cast<float>(tokens);
  // Of two that end at once one may be lost.
  usual_length_.store(before > 0 ? before + kLengthWeight * (now - before) : now,
                      std::memory_order_relaxed);
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
        waiting_tokens_ -= at->second.ticket.tokens;
        dropped.push_back(std::move(at->second.ticket));
        at = line.waiting.erase(at);
        --waiting_;
      } else {
        ++at;
      }
    }
  }
}

// Before anybody is refused, clients that have left give up their places.
std::optional<GateRefusal> Gate::refusal_or_room(const Ticket& ticket,
                                                 std::vector<Ticket>& dropped) {
  auto refused = refusal(ticket);
  const auto now = clock_.monotonic();
  if (!refused || (last_sweep_ && now - *last_sweep_ < kSweepPause)) return refused;
  last_sweep_ = now;
  drop_cancelled(dropped);
  return dropped.empty() ? refused : refusal(ticket);
}

std::optional<GateRefusal> Gate::refuses(const std::string& principal) {
  Ticket ticket;
  ticket.principal = principal;
  std::vector<Ticket> dropped; // destroyed without the lock
  const std::lock_guard lock(mutex_);
  return refusal_or_room(ticket, dropped);
}

std::optional<GateRefusal> Gate::submit(Ticket ticket) {
  std::vector<Ticket> dropped; // destroyed without the lock
  {
    const std::lock_guard lock(mutex_);
    if (auto refused = refusal_or_room(ticket, dropped)) return refused;
    ticket.slots = std::clamp(ticket.slots, 1u, limits_.slots);
    ticket.tokens = std::max(ticket.tokens, 1u);
    waiting_tokens_ += ticket.tokens;
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
        waiting_tokens_ -= ticket.tokens;
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
  learn_pace(ticket);
  // No notice: this thread looks for the next ticket itself.
}

// Gaps between ends tell of the pace only while there is always something to do.
void Gate::learn_pace(const Ticket& ended) {
  const auto now = clock_.monotonic();
  if (waiting_ > 0 && last_end_) {
    paced_seconds_ =
        kFading * paced_seconds_ + std::chrono::duration<double>(now - *last_end_).count();
    paced_tokens_ = kFading * paced_tokens_ + ended.tokens;
  }
  last_end_ = waiting_ > 0 ? std::optional(now) : std::nullopt;
}

void Gate::run() {
  while (auto ticket = take()) {
    ticket->run();
    ticket->run = nullptr; // gives up what it holds before its slots are free
    finish(*ticket);
  }
}

} // namespace outpost::api
