// The vectors of this folder for the shared loops of kernels/simd: 8 lanes of 32 bits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <immintrin.h>

namespace outpost::kernels::avx2 {

struct Vec {
  static constexpr int kLanes = 8;
  static constexpr int kRegisters = 16;
  using Float = __m256;
  using Int = __m256i;

  static Float zero() { return _mm256_setzero_ps(); }
  static Float set(float x) { return _mm256_set1_ps(x); }
  static Float load(const float* at) { return _mm256_loadu_ps(at); }
  static void store(float* at, Float x) { _mm256_storeu_ps(at, x); }
  static Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm256_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static Float div(Float a, Float b) { return _mm256_div_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
  static Float max(Float a, Float b) { return _mm256_max_ps(a, b); }
  static Float min(Float a, Float b) { return _mm256_min_ps(a, b); }
  static Float abs(Float a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), a); }
  static float largest(Float a) {
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }
  static float sum(Float a) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  // Lanes [begin, end) of a, the others of b.
  static Float choose(Float a, Float b, std::uint32_t begin, std::uint32_t end) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i first = _mm256_set1_epi32(static_cast<int>(begin > 8 ? 8 : begin));
    const __m256i last = _mm256_set1_epi32(static_cast<int>(end > 8 ? 8 : end));
    const __m256i inside =
        _mm256_andnot_si256(_mm256_cmpgt_epi32(first, lane), _mm256_cmpgt_epi32(last, lane));
    return _mm256_blendv_ps(b, a, _mm256_castsi256_ps(inside));
  }
  static Float round(Float a) {
    return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  // a * 2^n for whole n; zero below the normal numbers. REQUIRES: n <= 127. A NaN stays one.
  static Float scale_by_power(Float a, Float n) {
    const __m256i bits = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    const __m256i power = _mm256_slli_epi32(_mm256_max_epi32(bits, _mm256_setzero_si256()), 23);
    return _mm256_mul_ps(a, _mm256_castsi256_ps(power));
  }

  static Int int_zero() { return _mm256_setzero_si256(); }
  static Int int_load(const std::byte* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  }
  static Int int_set(std::int32_t x) { return _mm256_set1_epi32(x); }
  static Float to_float(Int x) { return _mm256_cvtepi32_ps(x); }
  // sum + a.even * b.even + a.odd * b.odd, of 16-bit halves
  static Int dot_pairs(Int sum, Int a, Int b) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
  }
  // Rounds to integers, ties to even, which fit 16 bits, and stores them beside each other.
  static void store_codes(std::int16_t* at, Float x) {
    const __m256i wide = _mm256_cvtps_epi32(x);
    const __m128i narrow =
        _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), narrow);
  }
};

} // namespace outpost::kernels::avx2
