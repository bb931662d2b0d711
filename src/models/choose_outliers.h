// Which columns of a model are outliers (outliers.h): found by looking at what a few tokens make of
// every matrix group's input.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "models/model.h"

namespace outpost::models {

// The outliers, kOutliersMax at most and the worst first, of rows [count][cols] that lie `stride`
// apart, when each `group` columns share the scale of their codes.
std::vector<std::uint32_t> find_outliers(const float* rows, std::size_t stride, std::uint32_t count,
                                         std::uint32_t cols, std::uint32_t group);

// Fills the outlier tables of all matrix groups of `model`, and the weights behind them. One pass
// over 64 tokens, on one thread, gives the same columns at every call. Errors are those of making a
// decoder.
Status choose_outliers(const Model& model);

} // namespace outpost::models
