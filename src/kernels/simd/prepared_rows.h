// Activation rows as the tiles of an instruction set take them: in columns of T::kTokens rows.
#pragma once
#include <cstring>

#include "kernels/matmul.h"
#include "kernels/simd/block.h"
#include "quant/encoding.h"

namespace outpost::kernels::simd {

// For each group of weights that shares a scale: the start value of the accumulators, and
// activation_scale * sum of its codes (super blocks: the sum).
template <class T>
struct PreparedRows {
  static constexpr std::size_t kTokens = T::kTokens;

  const std::int8_t* codes;  // [columns][cols / T::kStepColumns][kTokens][T::kStepColumns]
  const std::int32_t* seeds; // [columns][groups][kTokens]
  const float* scales;       // [columns][factors][kTokens], of 32 columns of the matrix each
  const float* products;     // [columns][groups][kTokens]
  const std::int16_t* sums;  // [columns][groups][kTokens]
  const float* outliers;     // [columns][outlier_count][kTokens]
  std::size_t code_stride;
  std::size_t groups;
  std::size_t factors;
  std::size_t outlier_count;

  // The columns from `column` on.
  [[nodiscard]] PreparedRows from(std::size_t column) const {
    const std::size_t at = column * groups * kTokens;
    return {codes + column * code_stride,
            seeds + at,
            scales + column * factors * kTokens,
            products + at,
            sums + at,
            outliers + column * outlier_count * kTokens,
            code_stride,
            groups,
            factors,
            outlier_count};
  }
};

// Fills the words of one row, `token` of the column that starts at group `first`.
template <class T>
void prepare_row(const std::int16_t* sums, const float* scales, std::size_t groups, bool is_super,
                 std::size_t group_sums, int offset, std::int32_t* seeds, float* products,
                 std::int16_t* group_sum) {
  for (std::size_t g = 0; g < groups; ++g) {
    const int sum = group_sums == 1 ? sums[g] : sums[2 * g] + sums[2 * g + 1];
    seeds[g * T::kTokens] = kFloatBiasBits - offset * sum;
    if (is_super) {
      group_sum[g * T::kTokens] = static_cast<std::int16_t>(sum);
    } else {
      products[g * T::kTokens] = scales[g] * static_cast<float>(sum);
    }
  }
}

// Of a column of several tokens: what one load of activations takes of each, in turn.
template <class T>
void interleave_codes(const std::int8_t* codes, std::uint32_t cols, std::int8_t* out) {
  constexpr std::uint32_t kRun = T::kStepColumns;
  for (std::uint32_t k = 0; k < cols; k += kRun)
    std::memcpy(out + std::size_t{k} * T::kTokens, codes + k, kRun);
}

// Rows [row_begin, row_begin + row_count) for weights of `cols` columns whose codes are `offset`
// above what they mean, into `memory`. A last column with too few rows has its last one twice.
template <class T>
PreparedRows<T> prepare_rows(const QuantizedRows& x, std::uint32_t row_begin,
                             std::uint32_t row_count, std::uint32_t cols,
                             const EncodingShape& shape, int offset, std::byte* memory) {
  constexpr std::uint32_t kTokens = T::kTokens;
  const std::size_t columns = (row_count + kTokens - 1) / kTokens;
  const std::size_t groups = cols / shape.group, factors = cols / kActivationGroup;
  const auto take = [&]<class Word>(Word*& part, std::size_t count) {
    part = reinterpret_cast<Word*>(memory);
    memory += count * sizeof(Word);
  };
  std::int32_t* seeds = nullptr;
  float* scales = nullptr;
  float* products = nullptr;
  float* outliers = nullptr;
  std::int16_t* sums = nullptr;
  std::int8_t* codes = nullptr;
  take(seeds, columns * kTokens * groups);
  take(scales, columns * kTokens * factors);
  take(products, shape.is_super() ? 0 : columns * kTokens * groups);
  take(outliers, columns * kTokens * x.outlier_count);
  take(sums, shape.is_super() ? columns * kTokens * groups : 0);
  if constexpr (kTokens > 1) take(codes, columns * kTokens * cols);
  for (std::size_t i = 0; i < columns * kTokens; ++i) {
    const std::size_t row = row_begin + (i < row_count ? i : row_count - 1);
    const std::size_t column = i / kTokens, token = i % kTokens;
    const std::int16_t* row_sums = x.sums + row * (x.cols_padded / 16);
    const float* row_scales = x.scales + row * (x.cols_padded / kActivationGroup);
    const std::size_t to = column * groups * kTokens + token;
    prepare_row<T>(row_sums, row_scales, groups, shape.is_super(), shape.group / 16, offset,
                   seeds + to, products + to, sums + to);
    for (std::size_t f = 0; f < factors; ++f)
      scales[(column * factors + f) * kTokens + token] = row_scales[f];
    for (std::size_t o = 0; o < x.outlier_count; ++o)
      outliers[(column * x.outlier_count + o) * kTokens + token] =
          x.outliers[row * kOutliersMax + o];
    if constexpr (kTokens > 1)
      interleave_codes<T>(x.codes + row * x.cols_padded, cols,
                          codes + column * kTokens * cols + token * T::kStepColumns);
  }
  const bool is_plain = kTokens == 1;
  return {is_plain ? x.codes + std::size_t{row_begin} * x.cols_padded : codes,
          seeds,
          scales,
          products,
          sums,
          outliers,
          is_plain ? x.cols_padded : std::size_t{kTokens} * cols,
          groups,
          factors,
          x.outlier_count};
}

} // namespace outpost::kernels::simd
