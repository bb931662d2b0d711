#include "engine/draft_plan.h"

#include <algorithm>

namespace outpost::engine {
namespace {

// Chances and costs are estimates: a gain that is smaller than this is not worth its variance.
constexpr double kGainMin = 1.05;
// No answer goes on slower than at this share of its pace without drafts.
constexpr double kPaceMin = 0.97;
// The likeliest row is not drafted below this chance to be right.
constexpr float kChanceMin = 0.05f;

struct Widening {
  std::size_t answer = 0;
  float chance = 0; // that its next drafted row is right, and so all before it
};

class Widths {
public:
  explicit Widths(std::span<DraftView> answers) : answers_(answers) {
    for (DraftView& answer : answers_) answer.width = 0;
  }

  // The likeliest row that could be added.
  [[nodiscard]] Widening best() const {
    Widening best;
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      const float chance = next_chance(answers_[i]);
      if (chance > best.chance) best = {i, chance};
    }
    return best;
  }
  void widen(const Widening& widening) { ++answers_[widening.answer].width; }

  // Tokens that the slowest answer gets from the step, on average.
  [[nodiscard]] double fewest_tokens() const {
    double fewest = expected_tokens(answers_.front());
    for (const DraftView& answer : answers_) fewest = std::min(fewest, expected_tokens(answer));
    return fewest;
  }

private:
  static float chance_of(const DraftView& answer, std::size_t count) {
    float chance = 1;
    for (const float c : answer.chances.first(count)) chance *= c;
    return chance;
  }
  static float next_chance(const DraftView& answer) {
    if (answer.width == answer.chances.size()) return 0;
    return chance_of(answer, answer.width + 1u);
  }
  static double expected_tokens(const DraftView& answer) {
    double tokens = 1;
    float chance = 1;
    for (const float c : answer.chances.first(answer.width)) tokens += chance *= c;
    return tokens;
  }

  std::span<DraftView> answers_;
};

} // namespace

std::uint32_t plan_drafts(std::span<DraftView> answers, const DraftLimits& limits,
                          const StepCost& cost) {
  Widths widths(answers);
  if (answers.empty()) return 0;
  const double cost_without = cost.relative(limits.rows);
  const auto answer_count = static_cast<double>(answers.size());
  double tokens = answer_count;
  double best_pace = answer_count * kGainMin;
  std::uint32_t best_rows = 0;
  for (std::uint32_t rows = 1; rows <= limits.draft_rows_max; ++rows) {
    const Widening next = widths.best();
    if (next.chance < kChanceMin) break;
    widths.widen(next);
    tokens += next.chance;
    const double growth = cost.relative(limits.rows + rows) / cost_without;
    if (tokens / growth <= best_pace || widths.fewest_tokens() / growth < kPaceMin) continue;
    best_pace = tokens / growth;
    best_rows = rows;
  }
  // The order of widening depends on nothing else: doing it again gives the best widths.
  Widths chosen(answers);
  for (std::uint32_t rows = 0; rows < best_rows; ++rows) chosen.widen(chosen.best());
  return best_rows;
}

} // namespace outpost::engine
