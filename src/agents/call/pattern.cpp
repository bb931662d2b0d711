#include "agents/call/pattern.h"

#include <algorithm>
#include <limits>

#include "agents/call/letters.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kLooseLengthMax = 96;
constexpr std::string_view kSeparators = " -_./#:";

bool is_separator(char c) { return kSeparators.find(c) != std::string_view::npos; }
char other_case(char c) { return is_letter(c) ? static_cast<char>(c ^ 0x20) : c; }

// The digit that a letter is mistaken for.
std::optional<char> digit_lookalike(char c) {
  if (c == 'o' || c == 'O') return '0';
  if (c == 'l' || c == 'I') return '1';
  return std::nullopt;
}

std::optional<char> only_byte(const std::bitset<256>& bytes) {
  if (bytes.count() != 1) return std::nullopt;
  for (unsigned c = 0; c < 256; ++c) {
    if (bytes.test(c)) return static_cast<char>(c);
  }
  return std::nullopt;
}

} // namespace

void Pattern::add_closed(std::vector<std::uint32_t>& set, std::vector<bool>& seen,
                         std::uint32_t state) const {
  std::vector<std::uint32_t> open{state};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    if (states_[at].kind == State::Kind::kSplit) {
      open.push_back(states_[at].other);
      open.push_back(states_[at].next);
    } else {
      set.push_back(at);
    }
  }
}

bool Pattern::matches(std::string_view value) const {
  std::vector<std::uint32_t> now;
  std::vector<bool> seen(states_.size(), false);
  add_closed(now, seen, start_);
  for (const char c : value) {
    std::vector<std::uint32_t> next;
    seen.assign(states_.size(), false);
    for (const std::uint32_t at : now) {
      const State& state = states_[at];
      if (state.kind == State::Kind::kBytes && state.bytes.test(static_cast<unsigned char>(c))) {
        add_closed(next, seen, state.next);
      }
    }
    if (next.empty()) return false;
    now = std::move(next);
  }
  return std::any_of(now.begin(), now.end(),
                     [this](std::uint32_t at) { return states_[at].kind == State::Kind::kMatch; });
}

// The same walk, where every state also carries the value spelt so far. For each state only the
// reading with the fewest liberties is kept, so the work stays states x text.
class Pattern::LooseReader {
public:
  explicit LooseReader(const Pattern& pattern) : pattern_(pattern) {}

  std::optional<Reading> read(std::string_view written) {
    enter({pattern_.start_, {}}, true);
    for (const char c : written) {
      if (is_separator(c)) continue;
      std::vector<Thread> before = std::move(threads_);
      clear();
      for (const Thread& thread : before) consume(thread, c);
      if (threads_.empty()) return std::nullopt;
    }
    std::optional<Reading> best;
    for (const Thread& thread : threads_) {
      if (pattern_.states_[thread.state].kind != State::Kind::kMatch) continue;
      if (!best || thread.reading.liberties < best->liberties) best = thread.reading;
    }
    return best;
  }

private:
  struct Thread {
    std::uint32_t state;
    Reading reading;
  };

  void clear() {
    threads_.clear();
    fewest_.assign(pattern_.states_.size(), std::numeric_limits<int>::max());
  }

  static Reading extended(const Reading& reading, char c, int liberties) {
    return {reading.value + c, reading.liberties + liberties};
  }

  // Adds `thread` and whatever it reaches without reading: over splits, over separators that only
  // the pattern has and, before anything is read, over letters that the pattern fixes.
  void enter(Thread first, bool at_start) {
    if (fewest_.empty()) clear();
    std::vector<Thread> open{std::move(first)};
    while (!open.empty()) {
      Thread thread = std::move(open.back());
      open.pop_back();
      if (thread.reading.liberties >= fewest_[thread.state]) continue;
      fewest_[thread.state] = thread.reading.liberties;
      const State& state = pattern_.states_[thread.state];
      if (state.kind == State::Kind::kSplit) {
        open.push_back({state.other, thread.reading});
        open.push_back({state.next, thread.reading});
        continue;
      }
      if (const auto fixed = only_byte(state.bytes); fixed && state.kind == State::Kind::kBytes) {
        if (is_separator(*fixed)) open.push_back({state.next, extended(thread.reading, *fixed, 0)});
        if (at_start && is_letter(*fixed)) {
          open.push_back({state.next, extended(thread.reading, *fixed, 1)});
        }
      }
      threads_.push_back(std::move(thread));
    }
  }

  void consume(const Thread& thread, char c) {
    const State& state = pattern_.states_[thread.state];
    if (state.kind != State::Kind::kBytes) return;
    const auto allows = [&state](char byte) {
      return state.bytes.test(static_cast<unsigned char>(byte));
    };
    if (allows(c)) return enter({state.next, extended(thread.reading, c, 0)}, false);
    if (allows(other_case(c))) {
      return enter({state.next, extended(thread.reading, other_case(c), 0)}, false);
    }
    const auto digit = digit_lookalike(c);
    if (digit && allows(*digit)) enter({state.next, extended(thread.reading, *digit, 1)}, false);
  }

  const Pattern& pattern_;
  std::vector<Thread> threads_;
  std::vector<int> fewest_;
};

std::optional<Pattern::Reading> Pattern::read_loosely(std::string_view written) const {
  if (written.size() > kLooseLengthMax) return std::nullopt;
  auto reading = LooseReader(*this).read(written);
  // What was put together must be what the pattern says, whatever liberties were taken.
  if (reading && !matches(reading->value)) return std::nullopt;
  return reading;
}

} // namespace outpost::agents
