// The vectors of this folder for the shared loops of kernels/simd: 16 lanes of 32 bits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <immintrin.h>

namespace outpost::kernels::avx512 {

struct Vec {
  static constexpr int kLanes = 16;
  static constexpr int kRegisters = 32;
  using Float = __m512;
  using Int = __m512i;

  static Float zero() { return _mm512_setzero_ps(); }
  static Float set(float x) { return _mm512_set1_ps(x); }
  static Float load(const float* at) { return _mm512_loadu_ps(at); }
  static void store(float* at, Float x) { _mm512_storeu_ps(at, x); }
  static Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm512_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static Float div(Float a, Float b) { return _mm512_div_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
  static Float max(Float a, Float b) { return _mm512_max_ps(a, b); }
  static Float min(Float a, Float b) { return _mm512_min_ps(a, b); }
  static Float abs(Float a) { return _mm512_abs_ps(a); }
  static float largest(Float a) { return _mm512_reduce_max_ps(a); }
  static float sum(Float a) { return _mm512_reduce_add_ps(a); }
  // Lanes [begin, end) of a, the others of b.
  static Float choose(Float a, Float b, std::uint32_t begin, std::uint32_t end) {
    const std::uint32_t below_end = end >= 16 ? 0xffffu : (1u << end) - 1;
    const std::uint32_t below_begin = begin >= 16 ? 0xffffu : (1u << begin) - 1;
    return _mm512_mask_mov_ps(b, static_cast<__mmask16>(below_end & ~below_begin), a);
  }
  static Float round(Float a) { return _mm512_roundscale_ps(a, 0); }
  // a * 2^n for whole n
  static Float scale_by_power(Float a, Float n) { return _mm512_scalef_ps(a, n); }

  static Int int_zero() { return _mm512_setzero_si512(); }
  static Int add_int(Int a, Int b) { return _mm512_add_epi32(a, b); }
  static Int max_int(Int a, Int b) { return _mm512_max_epi32(a, b); }
  static std::int32_t largest_int(Int a) { return _mm512_reduce_max_epi32(a); }
  static Int magnitude_bits(Float a) { return _mm512_castps_si512(abs(a)); }
  static Float to_float(Int x) { return _mm512_cvtepi32_ps(x); }

  // Pairs of 16 bits, one in each lane, and one pair for all lanes.
  using Pairs = __m512i;
  using Pair = __m512i;
  static Pairs load_pairs(const std::byte* at) { return _mm512_loadu_si512(at); }
  // Pairs of signed bytes.
  static Pairs load_byte_pairs(const std::byte* at) {
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
  }
  static Pair set_pair(std::int32_t both) { return _mm512_set1_epi32(both); }
  // sum + a.even * b.even + a.odd * b.odd
  static Int dot_pairs(Int sum, Pairs a, Pair b) { return _mm512_dpwssd_epi32(sum, a, b); }
  // Rounds to integers, ties to even, which fit 16 bits, and stores them beside each other.
  static void store_codes(std::int16_t* at, Float x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at),
                        _mm512_cvtepi32_epi16(_mm512_cvtps_epi32(x)));
  }
};

} // namespace outpost::kernels::avx512
