// Outlier columns: the few inputs of a matrix group that are far above the others. In int8 codes
// each would set the scale of the group of columns that it lies in and leave a few steps for the
// rest. So they stay floats, multiplied by their weights in float, and have codes of zero
// (LLM.int8(), Dettmers et al. 2022, arXiv:2208.07339). They are the same for all rows, chosen once
// a model by choose_outliers(), so that a row's bits do not depend on other rows.
#pragma once
#include <cstddef>
#include <cstdint>

#include "platform/arena.h"
#include "quant/panel.h"

namespace outpost::models {

using quant::kOutliersMax;

// What one matrix of a group keeps of the group's outliers, in the arena of the weights.
struct Outliers {
  struct Table {
    std::uint32_t is_chosen; // zero until choose_outliers() has been here
    std::uint32_t count;
    std::uint32_t columns[kOutliersMax];
  };
  Table* table = nullptr;
  float* weights = nullptr; // quant::PackedMatrix::outliers

  // The bytes that take() takes for a matrix of so many rows.
  static std::size_t bytes(std::uint32_t rows);
  static Outliers take(std::uint32_t rows, platform::Arena& arena);
  // Whether the table can be what choose_outliers() left for a matrix of `cols` columns. What lies
  // behind it is only multiplied, never followed.
  [[nodiscard]] bool are_chosen(std::uint32_t cols) const;
};

} // namespace outpost::models
