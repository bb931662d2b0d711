#include "engine/suffix_automaton.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"

namespace outpost::engine {

using text::TokenId;

SuffixAutomaton::SuffixAutomaton(std::uint32_t tokens_max) : tokens_max_(tokens_max) {
  states_.reserve(std::size_t{tokens_max} * 2 + 1);
  edges_.reserve(std::size_t{tokens_max} * 3 + 1);
  buckets_.resize(std::bit_ceil(std::size_t{tokens_max} * 2 + 1));
  clear();
}

void SuffixAutomaton::clear() {
  states_.assign(1, State{});
  edges_.clear();
  std::ranges::fill(buckets_, kNone);
  last_ = kRoot;
  size_ = 0;
}

std::size_t SuffixAutomaton::bucket(StateId from, TokenId token) const {
  const std::uint64_t key = (std::uint64_t{from} << 32) | static_cast<std::uint32_t>(token);
  return (key * 0x9E3779B97F4A7C15u >> 20) & (buckets_.size() - 1);
}

SuffixAutomaton::EdgeId SuffixAutomaton::find_edge(StateId from, TokenId token) const {
  EdgeId edge = buckets_[bucket(from, token)];
  while (edge != kNone && (edges_[edge].from != from || edges_[edge].token != token)) {
    edge = edges_[edge].next_of_bucket;
  }
  return edge;
}

void SuffixAutomaton::add_edge(StateId from, TokenId token, StateId to) {
  OUTPOST_ASSERT(edges_.size() < edges_.capacity());
  EdgeId& head = buckets_[bucket(from, token)];
  const auto edge = static_cast<EdgeId>(edges_.size());
  edges_.push_back({from, token, to, states_[from].first_edge, head});
  head = states_[from].first_edge = edge;
}

SuffixAutomaton::StateId SuffixAutomaton::add_state(const State& state) {
  OUTPOST_ASSERT(states_.size() < states_.capacity());
  states_.push_back(state);
  return static_cast<StateId>(states_.size() - 1);
}

SuffixAutomaton::StateId SuffixAutomaton::split(StateId from, TokenId token, StateId to) {
  const std::uint32_t length = states_[from].length + 1;
  if (states_[to].length == length) return to;
  const StateId part = add_state({length, states_[to].link, states_[to].end, kNone});
  for (EdgeId e = states_[to].first_edge; e != kNone; e = edges_[e].next_of_state) {
    add_edge(part, edges_[e].token, edges_[e].to);
  }
  for (StateId state = from; state != kNone; state = states_[state].link) {
    const EdgeId edge = find_edge(state, token);
    if (edge == kNone || edges_[edge].to != to) break;
    edges_[edge].to = part;
  }
  states_[to].link = part;
  return part;
}

void SuffixAutomaton::append(TokenId token) {
  OUTPOST_ASSERT(size_ < tokens_max_);
  // What the text repeats stands at its end too, which is a place before from now on.
  if (last_ != kRoot) states_[states_[last_].link].end = size_;
  ++size_;
  const StateId whole = add_state({size_, kRoot, size_, kNone});
  StateId state = last_;
  EdgeId edge = kNone;
  while (state != kNone && (edge = find_edge(state, token)) == kNone) {
    add_edge(state, token, whole);
    state = states_[state].link;
  }
  if (state != kNone) states_[whole].link = split(state, token, edges_[edge].to);
  last_ = whole;
}

std::optional<SuffixAutomaton::Repeat> SuffixAutomaton::longest_repeat() const {
  if (last_ == kRoot || states_[last_].link == kRoot) return std::nullopt;
  const State& repeated = states_[states_[last_].link];
  return Repeat{repeated.length, repeated.end};
}

} // namespace outpost::engine
