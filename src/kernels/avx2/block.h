// Reading blocks of a panel (quant/encoding.h) with 256-bit vectors, each half a line: 8 rows. One
// instance per encoding, made from its shape alone; a vector of codes holds 8 rows x 4 consecutive
// k as unsigned bytes.
#pragma once
#include <cstddef>
#include <immintrin.h>

#include "kernels/avx2/arithmetic.h"
#include "quant/encoding.h"

namespace outpost::kernels::avx2 {

using quant::Encoding;
using quant::EncodingShape;
using quant::ScaleLayout;

inline __m256i load_half_line(const std::byte* at) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(at));
}
inline __m256 load_floats(const std::byte* at) {
  return _mm256_load_ps(reinterpret_cast<const float*>(at));
}
inline __m256 load_halves(const std::byte* at) {
  return _mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(at)));
}
inline __m128i load_8_bytes(const std::byte* at) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(at));
}
inline __m128i bits_of(__m128i bytes, int shift, char mask) {
  return _mm_and_si128(_mm_srli_epi16(bytes, shift), _mm_set1_epi8(mask));
}
inline __m256 unsigned_floats(__m128i bytes) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
}
inline __m256 signed_floats(__m128i bytes) {
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
}

template <Encoding kEncoding>
struct Block {
  static constexpr EncodingShape kShape = quant::shape_of(kEncoding);
  // Codes above 4 bits overflow 16-bit sums too soon or (8 bits) at once; see dot.h.
  static constexpr bool kIsWide = kShape.low_bits == 8 || kShape.is_table;
  static constexpr int kBits = kIsWide ? 8 : int(kShape.low_bits + kShape.high_bits);

  // Scale of group g for rows 8 * half .. 8 * half + 7.
  [[gnu::always_inline]] static __m256 scale(const std::byte* block, int g, int half) {
    const std::byte* group = block + 64 + 16 * g + 8 * half; // of the lines of bytes
    if constexpr (kShape.cols == 64) return load_halves(block + 32 * g + 16 * half);
    if constexpr (kShape.scales == ScaleLayout::kOne) return load_floats(block + 32 * half);
    if constexpr (kShape.scales == ScaleLayout::kSub4Min)
      return _mm256_mul_ps(load_halves(block + 16 * half),
                           unsigned_floats(bits_of(load_8_bytes(group), 0, 15)));
    if constexpr (kShape.scales == ScaleLayout::kSub6Min)
      return _mm256_mul_ps(load_halves(block + 16 * half),
                           unsigned_floats(sub6(block, g, half, 0)));
    const __m256 d = load_floats(block + 32 * half);
    if constexpr (kShape.scales == ScaleLayout::kSub6Signed)
      return _mm256_mul_ps(d, signed_floats(sub6_signed(block, g, half)));
    return _mm256_mul_ps(d, signed_floats(load_8_bytes(group)));
  }

  [[gnu::always_inline]] static __m256 minimum(const std::byte* block, int g, int half) {
    if constexpr (!kShape.has_minimum) return _mm256_setzero_ps();
    if constexpr (kShape.cols == 64) return load_halves(block + 64 + 32 * g + 16 * half);
    return _mm256_mul_ps(minimum_scale(block, half), unsigned_floats(sub_minimum(block, g, half)));
  }

  // Super blocks with minimums: minimum = minimum_scale * sub-minimum.
  [[gnu::always_inline]] static __m256 minimum_scale(const std::byte* block, int half) {
    return load_halves(block + 32 + 16 * half);
  }
  // The sub-minimums of groups 2 * pair and 2 * pair + 1, as pairs of 16 bits for each row.
  [[gnu::always_inline]] static __m256i minimum_pair(const std::byte* block, int pair, int half) {
    const __m256i even = _mm256_cvtepu8_epi32(sub_minimum(block, 2 * pair, half));
    const __m256i odd = _mm256_cvtepu8_epi32(sub_minimum(block, 2 * pair + 1, half));
    return _mm256_or_si256(even, _mm256_slli_epi32(odd, 16));
  }

  // Of super blocks: spans that have one activation scale, and the groups of each.
  static constexpr int kSpans = int(kShape.cols / kWideActivationGroup);
  static constexpr int kSpanGroups = int(kWideActivationGroup / kShape.group);

  // Where the sum of a span starts: what the start values of its accumulators will add.
  [[gnu::always_inline]] static __m256 start(const std::byte* block, int span, int half) {
    __m256 sum = _mm256_setzero_ps();
    for (int g = span * kSpanGroups; g < (span + 1) * kSpanGroups; ++g)
      sum = _mm256_add_ps(sum, bias_of(scale(block, g, half)));
    return sum;
  }

  // Codes of k-group kGroup (0..15, 4 columns each) of chunk `chunk` (64 columns).
  template <int kGroup>
  [[gnu::always_inline]] static __m256i codes(const std::byte* block, int chunk, int half) {
    constexpr int kLow = int(kShape.low_bits);
    constexpr int kHigh = int(kShape.high_bits);
    const std::byte* low = block + kShape.scale_bytes() + chunk * kLow * 128 + 32 * half;
    __m256i code = field<kLow, kGroup, 0>(low);
    if constexpr (kHigh != 0) {
      const std::byte* high =
          block + kShape.scale_bytes() + kShape.low_bytes() + chunk * kHigh * 128 + 32 * half;
      code = _mm256_or_si256(code, field<kHigh, kGroup, kLow>(high));
    }
    if constexpr (kShape.is_table) code = _mm256_shuffle_epi8(table(), code);
    return code;
  }

private:
  // The field of k-group kGroup in a plane of kPlaneBits per code, moved to bit kTo of each byte.
  template <int kPlaneBits, int kGroup, int kTo>
  [[gnu::always_inline]] static __m256i field(const std::byte* plane) {
    constexpr quant::CodePlace kPlace = quant::code_place(kGroup * 4, kPlaneBits);
    constexpr int kShift = int(kPlace.shift) - kTo;
    __m256i v = load_half_line(plane + kPlace.vector * 64);
    if constexpr (kPlaneBits == 8) return v;
    if constexpr (kShift > 0) v = _mm256_srli_epi16(v, kShift);
    if constexpr (kShift < 0) v = _mm256_slli_epi16(v, -kShift);
    return _mm256_and_si256(v, _mm256_set1_epi8(char(((1 << kPlaneBits) - 1) << kTo)));
  }

  static __m256i table() {
    return _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(quant::kTableValues.data())));
  }

  static __m128i sub_minimum(const std::byte* block, int g, int half) {
    if constexpr (kShape.scales == ScaleLayout::kSub4Min)
      return bits_of(load_8_bytes(block + 64 + 16 * g + 8 * half), 4, 15);
    return sub6(block, g, half, 1);
  }

  // kSub6Min: the 6 bits of group g in line `line` (0 scales, 1 minimums).
  static __m128i sub6(const std::byte* block, int g, int half, int line) {
    const std::byte* at = block + 64 + 16 * (g % 4) + 8 * half;
    const __m128i own = load_8_bytes(at + 64 * line);
    if (g < 4) return bits_of(own, 0, 63);
    const __m128i upper = bits_of(load_8_bytes(at + 128), 4 * line, 15);
    return _mm_or_si128(bits_of(own, 6, 3), _mm_slli_epi16(upper, 2));
  }

  static __m128i sub6_signed(const std::byte* block, int g, int half) {
    const __m128i bias = _mm_set1_epi8(32);
    const std::byte* at = block + 64 + 16 * (g % 4) + 8 * half;
    if (g < 12) return _mm_sub_epi8(bits_of(load_8_bytes(at + 64 * (g / 4)), 0, 63), bias);
    __m128i value = bits_of(load_8_bytes(at), 6, 3);
    value = _mm_or_si128(value, _mm_slli_epi16(bits_of(load_8_bytes(at + 64), 6, 3), 2));
    value = _mm_or_si128(value, _mm_slli_epi16(bits_of(load_8_bytes(at + 128), 6, 3), 4));
    return _mm_sub_epi8(value, bias);
  }
};

} // namespace outpost::kernels::avx2
