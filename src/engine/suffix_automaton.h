// All that a text repeats, while the text grows: the smallest automaton that accepts every part of
// it (Blumer et al., "The smallest automaton recognizing the subwords of a text", 1985). Asked
// after each token, it knows the longest end of the text that stands somewhere before too. A token
// costs O(1) on average, and the text at most 2 states and 3 edges a token, all taken at start.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "text/tokenizer.h"

namespace outpost::engine {

class SuffixAutomaton {
public:
  explicit SuffixAutomaton(std::uint32_t tokens_max);

  // REQUIRES: size() < tokens_max.
  void append(text::TokenId token);
  void clear();
  [[nodiscard]] std::uint32_t size() const { return size_; }

  // The last `length` tokens of the text also end at position `end`, 0 < length <= end < size():
  // the last such place that this remembers. No end of the text longer than that stands twice.
  struct Repeat {
    std::uint32_t length = 0;
    std::uint32_t end = 0;
  };
  // None when the last token is new.
  [[nodiscard]] std::optional<Repeat> longest_repeat() const;

private:
  using StateId = std::uint32_t;
  using EdgeId = std::uint32_t;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  static constexpr StateId kRoot = 0;

  // Parts of the text that end at the same places; `length` is that of the longest of them.
  struct State {
    std::uint32_t length = 0;
    StateId link = kNone;  // the state of its longest end that stands in more places
    std::uint32_t end = 0; // one of its places, behind its last token
    EdgeId first_edge = kNone;
  };
  struct Edge {
    StateId from;
    text::TokenId token;
    StateId to;
    EdgeId next_of_state;
    EdgeId next_of_bucket;
  };
  [[nodiscard]] std::size_t bucket(StateId from, text::TokenId token) const;
  [[nodiscard]] EdgeId find_edge(StateId from, text::TokenId token) const;
  void add_edge(StateId from, text::TokenId token, StateId to);
  StateId add_state(const State& state);
  // The state to link the newest one to, where `from` goes on to `to` with `token`: `to`, or the
  // short part of it that had to be split off.
  StateId split(StateId from, text::TokenId token, StateId to);

  std::uint32_t tokens_max_;
  std::uint32_t size_ = 0;
  StateId last_ = kRoot; // of the whole text
  std::vector<State> states_;
  std::vector<Edge> edges_;
  std::vector<EdgeId> buckets_; // heads of chains; a power of two of them
};

} // namespace outpost::engine
