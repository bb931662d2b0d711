#include "base/edit_distance.h"

#include <algorithm>
#include <array>

namespace outpost {
namespace {

// Longer words than this are compared for equality only, so that rows live on the stack.
constexpr std::size_t kLengthMax = 63;
using Row = std::array<std::size_t, kLengthMax + 1>;

} // namespace

std::optional<std::size_t> edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  if (a == b) return 0;
  if (a.size() > kLengthMax || b.size() > kLengthMax) return std::nullopt;
  Row before{}; // two rows up, for swaps
  Row above{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  const std::size_t distance = above[b.size()];
  return distance <= most ? std::optional(distance) : std::nullopt;
}

std::size_t tolerated_slips(std::size_t length) { return length < 4 ? 0 : length < 8 ? 1 : 2; }

std::optional<std::string_view> nearest_name(std::string_view name,
                                             const std::vector<std::string_view>& names) {
  std::optional<std::string_view> best;
  std::size_t best_distance = tolerated_slips(name.size()) + 1;
  for (const std::string_view candidate : names) {
    const auto distance = edit_distance(name, candidate, best_distance);
    if (distance && *distance < best_distance) {
      best = candidate;
      best_distance = *distance;
    }
  }
  return best;
}

} // namespace outpost
