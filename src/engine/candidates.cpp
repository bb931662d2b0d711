#include "engine/candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace outpost::engine {
namespace {

bool is_possible(float logit) { return logit > -std::numeric_limits<float>::infinity(); }

// Keeps arithmetic on differences finite.
float finite(float logit) { return std::min(logit, std::numeric_limits<float>::max()); }

// The front of the list that top-p most often needs; it grows fourfold while that is not enough.
constexpr std::size_t kFrontFirst = 256;

} // namespace

Candidates::Candidates(std::size_t vocabulary_size) { items_.reserve(vocabulary_size); }

void Candidates::take_best(std::span<const float> logits, std::size_t count) {
  items_.clear();
  is_sorted_ = true;
  if (count == 0) return;
  // A heap whose top is the worst that is kept: most of the row is one comparison each.
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (!is_possible(logits[i])) continue;
    const Candidate candidate{finite(logits[i]), static_cast<text::TokenId>(i)};
    if (items_.size() == count) {
      if (!is_better(candidate, items_.front())) continue;
      std::ranges::pop_heap(items_, is_better);
      items_.back() = candidate;
    } else {
      items_.push_back(candidate);
    }
    std::ranges::push_heap(items_, is_better);
  }
  std::ranges::sort(items_, is_better);
}

void Candidates::take_all(std::span<const float> logits) {
  items_.clear();
  is_sorted_ = false;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (is_possible(logits[i])) {
      items_.push_back({finite(logits[i]), static_cast<text::TokenId>(i)});
    }
  }
}

float Candidates::best_logit() const {
  return is_sorted_ ? items_.front().logit : std::ranges::min_element(items_, is_better)->logit;
}

void Candidates::sort_front(std::size_t done, std::size_t count) {
  if (is_sorted_) return;
  const auto begin = items_.begin() + static_cast<std::ptrdiff_t>(done);
  const auto middle = items_.begin() + static_cast<std::ptrdiff_t>(count);
  if (middle != items_.end()) std::ranges::nth_element(begin, middle, items_.end(), is_better);
  std::ranges::sort(begin, middle, is_better);
}

void Candidates::keep_top_p(float top_p) {
  if (top_p >= 1.0f || items_.empty()) return;
  const double best = best_logit();
  double total = 0;
  for (const Candidate& c : items_) total += std::exp(c.logit - best);
  const double wanted = top_p * total;
  double sum = 0;
  std::size_t sorted = is_sorted_ ? items_.size() : 0;
  std::size_t kept = 0;
  while (kept < items_.size() && (kept == 0 || sum < wanted)) {
    if (kept == sorted) {
      const std::size_t front = std::min(items_.size(), std::max(kFrontFirst, sorted * 4));
      sort_front(sorted, front);
      sorted = front;
    }
    sum += std::exp(items_[kept].logit - best);
    ++kept;
  }
  items_.resize(kept);
  is_sorted_ = true;
}

void Candidates::keep_min_p(float min_p) {
  if (min_p <= 0.0f || items_.empty()) return;
  const double threshold = best_logit() + std::log(static_cast<double>(min_p));
  std::erase_if(items_, [threshold](const Candidate& c) { return c.logit < threshold; });
}

} // namespace outpost::engine
