#include "models/outliers.h"

#include "base/checked.h"

namespace outpost::models {
namespace {

std::size_t weight_count(std::uint32_t rows) {
  return kOutliersMax * round_up<std::size_t>(rows, quant::kPanelRows);
}

} // namespace

std::size_t Outliers::bytes(std::uint32_t rows) {
  const auto in_lines = [](std::size_t bytes) { return round_up<std::size_t>(bytes, 64); };
  return in_lines(sizeof(Table)) + in_lines(weight_count(rows) * sizeof(float));
}

Outliers Outliers::take(std::uint32_t rows, platform::Arena& arena) {
  Outliers outliers;
  outliers.table = arena.take_array<Table>(1).data();
  outliers.weights = arena.take_array<float>(weight_count(rows)).data();
  return outliers;
}

bool Outliers::are_chosen(std::uint32_t cols) const {
  if (table->is_chosen != 1 || table->count > kOutliersMax) return false;
  for (std::uint32_t i = 0; i < table->count; ++i)
    if (table->columns[i] >= cols) return false;
  return true;
}

} // namespace outpost::models
