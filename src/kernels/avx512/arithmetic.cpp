#include "kernels/avx512/arithmetic.h"

namespace outpost::kernels::avx512 {
namespace {

__mmask16 first(std::size_t count) {
  return static_cast<__mmask16>(count >= 16 ? 0xffffu : (1u << count) - 1);
}

// Groups of 32: a pair of sums each, added by the multiplication.
void prepare_groups32(const std::int16_t* sums, const float* scales, std::size_t groups, int offset,
                      bool has_minimum, std::int32_t* seeds, float* products) {
  const __m512i bias = _mm512_set1_epi32(kFloatBiasBits);
  const __m512i factor = _mm512_set1_epi16(static_cast<short>(-offset));
  for (std::size_t g = 0; g < groups; g += 16) {
    const __mmask16 mask = first(groups - g);
    const __m512i pairs = _mm512_maskz_loadu_epi32(mask, sums + 2 * g);
    _mm512_mask_storeu_epi32(seeds + g, mask,
                             _mm512_add_epi32(bias, _mm512_madd_epi16(pairs, factor)));
    if (!has_minimum) continue;
    const __m512 sum = _mm512_cvtepi32_ps(_mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
    const __m512 scale = _mm512_maskz_loadu_ps(mask, scales + g);
    _mm512_mask_storeu_ps(products + g, mask, _mm512_mul_ps(scale, sum));
  }
}

// Groups of super blocks: `sums` of them and the start values of their accumulators. `in`: sums of
// 16 columns each.
void prepare_super(const std::int16_t* in, std::size_t groups, const quant::EncodingShape& shape,
                   std::int32_t* seeds, std::int16_t* sums) {
  const auto offset = static_cast<std::int32_t>(shape.offset);
  for (std::size_t g = 0; g < groups; ++g) {
    sums[g] = shape.group == 16 ? in[g] : static_cast<std::int16_t>(in[2 * g] + in[2 * g + 1]);
    seeds[g] = kFloatBiasBits - offset * sums[g];
  }
}

void interleave_groups(const PreparedRows& plain, std::size_t rows, bool has_minimum,
                       float* words) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t g = 0; g < plain.groups; ++g) {
      float* out = words + g * 3 * rows + row;
      std::memcpy(out, plain.seeds + row * plain.groups + g, sizeof(float));
      out[rows] = plain.scales[row * (plain.code_stride / 32) + g];
      out[2 * rows] = has_minimum ? plain.products[row * plain.groups + g] : 0.0F;
    }
}

void interleave_super(const PreparedRows& plain, std::size_t rows,
                      const quant::EncodingShape& shape, float* words) {
  const std::size_t in_span = kWideActivationGroup / shape.group;
  const std::size_t pairs = shape.has_minimum ? in_span / 2 : 0;
  for (std::size_t span = 0; span < plain.groups / in_span; ++span)
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t first_group = row * plain.groups + span * in_span;
      float* out = words + span * (in_span + pairs + 1) * rows + row;
      for (std::size_t g = 0; g < in_span; ++g)
        std::memcpy(out + g * rows, plain.seeds + first_group + g, sizeof(float));
      for (std::size_t pair = 0; pair < pairs; ++pair)
        std::memcpy(out + (in_span + pair) * rows, plain.sums + first_group + 2 * pair,
                    sizeof(float));
      out[(in_span + pairs) * rows] = plain.scales[row * (plain.code_stride / 32) +
                                                   span * kWideActivationGroup / kActivationGroup];
    }
}

} // namespace

PreparedRows prepare_rows(const QuantizedRows& x, std::uint32_t row_begin, std::uint32_t row_count,
                          std::uint32_t cols, const quant::EncodingShape& shape,
                          std::byte* memory) {
  const std::size_t groups = cols / shape.group;
  const std::size_t base = std::size_t{row_begin} * x.cols_padded;
  auto* seeds = reinterpret_cast<std::int32_t*>(memory);
  auto* products = reinterpret_cast<float*>(seeds + row_count * groups);
  auto* sums = reinterpret_cast<std::int16_t*>(products); // either these or those
  for (std::size_t row = 0; row < row_count; ++row) {
    const std::size_t at = base + row * x.cols_padded, to = row * groups;
    if (shape.is_super()) {
      prepare_super(x.sums + at / 16, groups, shape, seeds + to, sums + to);
    } else {
      prepare_groups32(x.sums + at / 16, x.scales + at / 32, groups, static_cast<int>(shape.offset),
                       shape.has_minimum, seeds + to, products + to);
    }
  }
  return {x.codes + base, x.scales + base / 32,
          seeds,          products,
          sums,           x.outliers + std::size_t{row_begin} * kOutliersMax,
          x.cols_padded,  groups,
          x.outlier_count};
}

InterleavedRows interleave_rows(const QuantizedRows& x, std::uint32_t cols,
                                const quant::EncodingShape& shape, std::byte* memory) {
  const std::size_t rows = x.row_count;
  auto* codes = reinterpret_cast<std::int32_t*>(memory);
  auto* words = reinterpret_cast<float*>(codes + rows * cols / 4);
  std::byte* rest = reinterpret_cast<std::byte*>(words + rows * 3 * (cols / shape.group));
  const PreparedRows plain = prepare_rows(x, 0, x.row_count, cols, shape, rest);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int8_t* in = plain.codes + row * plain.code_stride;
    for (std::size_t k = 0; k < cols; k += 4)
      std::memcpy(codes + k / 4 * rows + row, in + k, sizeof(std::int32_t));
  }
  if (shape.is_super()) {
    interleave_super(plain, rows, shape, words);
  } else {
    interleave_groups(plain, rows, shape.has_minimum, words);
  }
  return {codes, words, x.outliers, x.outlier_count};
}

} // namespace outpost::kernels::avx512
