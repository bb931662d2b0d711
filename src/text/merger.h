// Joins neighbouring symbols, best pair first, until no pair may be joined: the common core of BPE
// (best: the earliest merge rule) and of SentencePiece's BPE (best: the highest score). Among
// equals the leftmost goes first. A heap over a linked list: O(n log n) for n symbols, no
// recursion. (Sennrich et al. 2016, arXiv:1508.07909; the list-and-heap form is Kudo's,
// google/sentencepiece.)
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "text/tokenizer.h"

namespace outpost::text {

inline constexpr TokenId kNoToken = -1;

// A stretch of the text that is, so far, one token, or kNoToken.
struct Symbol {
  std::uint32_t begin = 0;
  std::uint32_t size_bytes = 0; // 0: joined to the symbol before it
  TokenId token = kNoToken;
};

// Buffers of one encode() call, used again for every word.
class Merger {
public:
  // Places are 32-bit numbers: the callers cut a longer word here.
  static constexpr std::size_t kWordBytesMax = 1u << 30;

  struct Join {
    std::uint32_t priority = 0; // smaller goes first
    TokenId token = kNoToken;
  };

  void clear() { nodes_.clear(); }
  // Symbols in the order of the text, without gaps.
  void append(const Symbol& symbol) { nodes_.push_back({symbol, 0, 0}); }

  // find_join(left, right): what the two become, or nothing (std::optional<Join>).
  template <class FindJoin>
  void merge(FindJoin find_join);

  // Calls visit(symbol) for what is left, in order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t i = 0; i < nodes_.size(); i = nodes_[i].next) visit(nodes_[i].symbol);
  }

private:
  struct Node {
    Symbol symbol;
    std::uint32_t previous, next; // the list's end is nodes_.size()
  };
  struct Candidate {
    std::uint64_t order; // priority, then the left symbol's place
    std::uint32_t size_bytes;
    TokenId token;
    bool operator<(const Candidate& other) const { return order > other.order; } // for a max-heap
  };

  // Adds the pair at the heap's end, if it may be joined.
  template <class FindJoin>
  bool push(std::uint32_t left, std::uint32_t right, FindJoin& find_join);
  void join(std::uint32_t left, const Candidate& candidate);

  std::vector<Node> nodes_;
  std::vector<Candidate> heap_;
};

template <class FindJoin>
void Merger::merge(FindJoin find_join) {
  const auto count = static_cast<std::uint32_t>(nodes_.size());
  heap_.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    nodes_[i].previous = i == 0 ? count : i - 1;
    nodes_[i].next = i + 1;
  }
  for (std::uint32_t i = 0; i + 1 < count; ++i) push(i, i + 1, find_join);
  std::make_heap(heap_.begin(), heap_.end());
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end());
    const Candidate best = heap_.back();
    heap_.pop_back();
    const auto left = static_cast<std::uint32_t>(best.order & 0xFFFFFFFF);
    const std::uint32_t right = nodes_[left].next;
    // Symbols only grow or vanish: if the two are together as long as they were, they are the same.
    if (nodes_[left].symbol.size_bytes == 0 || right == count) continue;
    if (nodes_[left].symbol.size_bytes + nodes_[right].symbol.size_bytes != best.size_bytes) {
      continue;
    }
    join(left, best);
    const std::uint32_t previous = nodes_[left].previous;
    if (previous != count && push(previous, left, find_join)) {
      std::push_heap(heap_.begin(), heap_.end());
    }
    const std::uint32_t next = nodes_[left].next;
    if (next != count && push(left, next, find_join)) std::push_heap(heap_.begin(), heap_.end());
  }
}

template <class FindJoin>
bool Merger::push(std::uint32_t left, std::uint32_t right, FindJoin& find_join) {
  const Symbol& l = nodes_[left].symbol;
  const Symbol& r = nodes_[right].symbol;
  const std::optional<Join> join = find_join(l, r);
  if (!join) return false;
  heap_.push_back(
      {std::uint64_t{join->priority} << 32 | left, l.size_bytes + r.size_bytes, join->token});
  return true;
}

inline void Merger::join(std::uint32_t left, const Candidate& candidate) {
  Node& node = nodes_[left];
  const std::uint32_t right = node.next;
  node.symbol.size_bytes = candidate.size_bytes;
  node.symbol.token = candidate.token;
  nodes_[right].symbol.size_bytes = 0;
  node.next = nodes_[right].next;
  if (node.next != nodes_.size()) nodes_[node.next].previous = left;
}

} // namespace outpost::text
