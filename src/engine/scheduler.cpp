#include "engine/scheduler.h"

#include <algorithm>
#include <compare>
#include <limits>
#include <utility>

namespace outpost::engine {
namespace {

// A principal's share of a step is given in pieces of this many rows: large enough that a panel of
// weights read from memory serves many rows, small enough that several principals fit in a step.
constexpr std::uint32_t kQuantumRows = 64;

struct Budget {
  std::uint32_t rows;
  std::uint32_t logits_rows;
};

bool is_unfinished_prompt(const LaneView& lane, std::uint32_t rows) {
  return !lane.is_answering && rows < lane.pending_rows;
}

std::uint32_t logits_rows(const LaneView& lane, std::uint32_t rows) {
  return rows > lane.rows_before_logits ? rows - lane.rows_before_logits : 0;
}

// Gives a lane up to `rows_max` more rows; returns how many.
std::uint32_t give(const LaneView& lane, std::uint32_t rows_max, Budget& budget,
                   std::uint32_t& rows) {
  if (lane.is_whole) {
    if (lane.pending_rows > budget.rows) return 0;
    rows_max = lane.pending_rows;
  }
  const std::uint32_t had_logits = logits_rows(lane, rows);
  std::uint32_t more = std::min({lane.pending_rows - rows, rows_max, budget.rows});
  const std::uint32_t without_logits =
      lane.rows_before_logits > rows ? lane.rows_before_logits - rows : 0;
  more = std::min(more, without_logits + budget.logits_rows);
  rows += more;
  budget.rows -= more;
  budget.logits_rows -= logits_rows(lane, rows) - had_logits;
  return more;
}

// True when an earlier lane of the same scope still waits: that one goes first.
bool is_behind_own(std::span<const LaneView> lanes, std::span<const std::uint32_t> rows,
                   std::size_t index) {
  for (std::size_t i = 0; i < index; ++i) {
    if (lanes[i].scope == lanes[index].scope && is_unfinished_prompt(lanes[i], rows[i]))
      return true;
  }
  return false;
}

// The prompt of the scope of lane `first` that has the fewest rows left, of those that come after
// (`left`, `index`) in that order; lanes.size() when there is none. The first come of equal ones.
struct PromptLeft {
  std::uint32_t left = 0;
  std::size_t index = 0;
  auto operator<=>(const PromptLeft&) const = default;
};
PromptLeft next_shortest(std::span<const LaneView> lanes, std::size_t first,
                         std::span<const std::uint32_t> rows, const PromptLeft& after) {
  PromptLeft best{std::numeric_limits<std::uint32_t>::max(), lanes.size()};
  for (std::size_t i = first; i < lanes.size(); ++i) {
    if (lanes[i].scope != lanes[first].scope || !is_unfinished_prompt(lanes[i], rows[i])) continue;
    const PromptLeft prompt{lanes[i].pending_rows - rows[i], i};
    if (prompt > after) best = std::min(best, prompt);
  }
  return best;
}

// One quantum for the scope whose first unfinished prompt is at `first`: half of it for that one,
// which so is never held up by more than its own length, and what is left for the shortest.
std::uint32_t give_quantum(std::span<const LaneView> lanes, std::size_t first, Budget& budget,
                           std::span<std::uint32_t> rows) {
  const std::uint32_t quantum = std::min(kQuantumRows, budget.rows);
  std::uint32_t given = give(lanes[first], quantum - quantum / 2, budget, rows[first]);
  for (PromptLeft tried; given < quantum;) {
    tried = next_shortest(lanes, first, rows, tried);
    if (tried.index == lanes.size()) break;
    given += give(lanes[tried.index], quantum - given, budget, rows[tried.index]);
  }
  return given;
}

void share_between_scopes(std::span<const LaneView> lanes, std::uint64_t turn, Budget& budget,
                          std::span<std::uint32_t> rows) {
  const std::size_t count = lanes.size();
  std::uint32_t given = 1;
  while (given > 0 && budget.rows > 0) {
    given = 0;
    for (std::size_t n = 0; n < count && budget.rows > 0; ++n) {
      const std::size_t i = (turn + n) % count;
      if (!is_unfinished_prompt(lanes[i], rows[i]) || is_behind_own(lanes, rows, i)) continue;
      given += give_quantum(lanes, i, budget, rows);
    }
  }
}

} // namespace

bool takes_part(chat::WorkClass work_class, chat::WorkClass best, std::uint64_t turn) {
  constexpr std::uint64_t kLaterClassesEvery = 4;
  return work_class == best || turn % kLaterClassesEvery == 0;
}

std::uint32_t plan_step(std::span<const LaneView> lanes, const StepLimits& limits,
                        std::uint64_t turn, std::span<std::uint32_t> rows) {
  Budget budget{limits.rows_max, limits.logits_rows_max};
  std::ranges::fill(rows, 0);
  const std::size_t count = lanes.size();
  bool is_answering = false;
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t i = (turn + n) % count;
    if (!lanes[i].is_answering) continue;
    is_answering = true;
    give(lanes[i], budget.rows, budget, rows[i]);
  }
  if (is_answering) budget.rows = std::min(budget.rows, limits.prompt_rows_beside_answers);
  share_between_scopes(lanes, turn, budget, rows);
  std::uint32_t total = 0;
  for (const std::uint32_t r : rows) total += r;
  return total;
}

std::size_t choose_admission(std::span<const WaitingView> waiting) {
  const auto least = [](const WaitingView& a, const WaitingView& b) {
    return std::pair(a.work_class, a.running) < std::pair(b.work_class, b.running);
  };
  return static_cast<std::size_t>(std::ranges::min_element(waiting, least) - waiting.begin());
}

} // namespace outpost::engine
