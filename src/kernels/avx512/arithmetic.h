// The float steps of scalar/matmul.cpp, and what they need of the activations.
//
// An exact int32 dot product becomes a float without a conversion: the accumulator starts at the
// bit pattern of 1.5 * 2^23, where one step of the last place is 1, so its bits read as a float are
// 1.5 * 2^23 + dot. The offset of the codes is removed by the same start value.
//
// In super blocks scale * dot = fma(scale, bits, -1.5 * 2^23 * scale), whose constant is exact (a
// scale has at most 18 significant bits), with the same single rounding as a product; the constants
// of a span's groups are added beforehand. In the others an activation scale is 2^n or 1.5 * 2^n
// (QuantizedRows): the start value's exponent is n larger, so the bits are (1.5 * 2^23 + dot) *
// 2^n, and the 1.5 is taken by a second copy of the weights' scales. So each accumulator and group
// has one fma, on the ports that the dot products need, and a subtraction, which Zen 5 does
// elsewhere.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

#include "kernels/matmul.h"
#include "quant/encoding.h"

namespace outpost::kernels::avx512 {

inline constexpr std::int32_t kFloatBiasBits = 0x4b400000; // 1.5 * 2^23
inline constexpr float kFloatBias = 12582912.0F;

inline __m512i broadcast_codes(const std::int8_t* at) {
  std::int32_t four = 0;
  std::memcpy(&four, at, sizeof(four));
  return _mm512_set1_epi32(four);
}

inline __m512i broadcast_pair(const std::int16_t* at) {
  std::int32_t two = 0;
  std::memcpy(&two, at, sizeof(two));
  return _mm512_set1_epi32(two);
}

// The dot product of an accumulator that started at kFloatBiasBits.
inline __m512 dot_of(__m512i accumulator) {
  return _mm512_sub_ps(_mm512_castsi512_ps(accumulator), _mm512_set1_ps(kFloatBias));
}
// scale * dot, from such an accumulator.
inline __m512 scaled_dot(__m512i accumulator, __m512 scale, __m512 bias) {
  return _mm512_fmadd_ps(scale, _mm512_castsi512_ps(accumulator), bias);
}
inline __m512 bias_of(__m512 scale) { return _mm512_mul_ps(scale, _mm512_set1_ps(-kFloatBias)); }

// A group of 32 activations as tiles of encodings that are not super read it: all of a group and
// row within reach of one pointer, as there are not registers for more.
struct GroupRecord {
  std::int8_t codes[32];
  std::int32_t seed;
  float bias;             // 1.5 * 2^(23 + n); NaN where the scale is
  std::uint32_t scale_at; // bytes from the weights' scale to the one for this activation scale
  float product;          // activation_scale * sum, where the encoding has minimums
};
static_assert(sizeof(GroupRecord) == 48);

// What the kernels need of some activation rows. Of super blocks, for each group of weights that
// shares a scale: the start value of its accumulators, and, where there are minimums, the sum.
struct PreparedRows {
  const std::int8_t* codes; // [rows][code_stride]; not super: GroupRecord [rows][groups]
  const float* scales;      // [rows][scale_stride]; super blocks, as the two next
  std::int32_t* seeds;      // [rows][groups]
  std::int16_t* sums;       // [rows][groups]
  const float* outliers;    // [rows][kOutliersMax]
  std::size_t code_stride;
  std::size_t scale_stride;
  std::size_t groups;
  std::size_t outlier_count;

  // The rows from `row` on.
  [[nodiscard]] PreparedRows from(std::size_t row) const {
    return {codes + row * code_stride,
            scales + row * scale_stride,
            seeds + row * groups,
            sums + row * groups,
            outliers + row * kOutliersMax,
            code_stride,
            scale_stride,
            groups,
            outlier_count};
  }
};

// Prepares rows [row_begin, row_begin + row_count) into `memory`, for weights of `cols` columns: a
// record or, of super blocks, eight bytes a row and group.
PreparedRows prepare_rows(const QuantizedRows& x, std::uint32_t row_begin, std::uint32_t row_count,
                          std::uint32_t cols, const quant::EncodingShape& shape, std::byte* memory);

// The same, interleaved, for kernels that go over the rows once for each panel: everything of one
// group lies together, so that one pointer and constant offsets reach it. Pays when there are many
// more panels than rows.
//   words, of a group:       seeds (as integers, of n = 0), activation scales, products
//                                                                               [rows] each
//   words, of a span:        seeds (as integers) of its groups, pairs of sums (as integers) of its
//                            groups where there are minimums, activation scale   [rows] each
struct InterleavedRows {
  const std::int32_t* codes; // [cols / 4][rows], four codes each
  const float* words;
  const float* outliers; // [rows][kOutliersMax]
  std::size_t outlier_count;
};

InterleavedRows interleave_rows(const QuantizedRows& x, std::uint32_t cols,
                                const quant::EncodingShape& shape, std::byte* memory);

} // namespace outpost::kernels::avx512
