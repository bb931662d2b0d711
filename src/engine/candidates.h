// The tokens that are in question for one choice, with their logits. All buffers are as large as
// the vocabulary and taken at start.
//
// Ties go to the smaller id everywhere, so that a choice never depends on how a sort is written.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "text/tokenizer.h"

namespace outpost::engine {

struct Candidate {
  float logit;
  text::TokenId token;
};

// Larger logits first, then smaller ids.
inline bool is_better(const Candidate& a, const Candidate& b) {
  return a.logit > b.logit || (a.logit == b.logit && a.token < b.token);
}

class Candidates {
public:
  explicit Candidates(std::size_t vocabulary_size);

  // The `count` best of the row, best first. NaN and -infinity are no candidates.
  void take_best(std::span<const float> logits, std::size_t count);
  // All of the row, in no particular order.
  void take_all(std::span<const float> logits);

  // Keeps the smallest set of best ones whose probabilities (softmax over all that are here) reach
  // top_p; at least one. Best first afterwards.
  void keep_top_p(float top_p);
  // Keeps those at least min_p times as probable as the best. Keeps the order.
  void keep_min_p(float min_p);

  [[nodiscard]] std::span<const Candidate> all() const { return items_; }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] float best_logit() const; // REQUIRES: not empty

private:
  // Brings the `count` best to the front, in order, given that the first `done` are so already.
  void sort_front(std::size_t done, std::size_t count);

  std::vector<Candidate> items_; // capacity vocabulary_size
  bool is_sorted_ = false;
};

} // namespace outpost::engine
