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

// Groups of 16: one sum each, and two share an activation scale. 256 columns at a time.
void prepare_groups16(const std::int16_t* sums, const float* scales, std::size_t groups, int offset,
                      bool has_minimum, std::int32_t* seeds, float* products) {
  const __m512i bias = _mm512_set1_epi32(kFloatBiasBits);
  const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  for (std::size_t g = 0; g < groups; g += 16) {
    const __m512i sum =
        _mm512_cvtepi16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums + g)));
    const __m512i offsets = _mm512_mullo_epi32(sum, _mm512_set1_epi32(offset));
    _mm512_storeu_si512(seeds + g, _mm512_sub_epi32(bias, offsets));
    if (!has_minimum) continue;
    const __m512 pairs = _mm512_castps256_ps512(_mm256_loadu_ps(scales + g / 2));
    const __m512 scale = _mm512_permutexvar_ps(twice, pairs);
    _mm512_storeu_ps(products + g, _mm512_mul_ps(scale, _mm512_cvtepi32_ps(sum)));
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
  const auto prepare = shape.group == 16 ? &prepare_groups16 : &prepare_groups32;
  for (std::uint32_t row = 0; row < row_count; ++row) {
    const std::size_t at = base + std::size_t{row} * x.cols_padded;
    prepare(x.sums + at / 16, x.scales + at / 32, groups, static_cast<int>(shape.offset),
            shape.has_minimum, seeds + row * groups, products + row * groups);
  }
  return {x.codes + base, x.scales + base / 32, seeds, products, x.cols_padded, groups};
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
    for (std::size_t g = 0; g < plain.groups; ++g) {
      float* out = words + g * 3 * rows + row;
      std::memcpy(out, plain.seeds + row * plain.groups + g, sizeof(float));
      out[rows] = plain.scales[row * (plain.code_stride / 32) + g * shape.group / 32];
      out[2 * rows] = shape.has_minimum ? plain.products[row * plain.groups + g] : 0.0F;
    }
  }
  return {codes, words};
}

} // namespace outpost::kernels::avx512
