// The vectors of this folder for the shared loops of kernels/simd: 8 lanes of 32 bits, half the
// rows of a panel.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

#include "kernels/avx2/dot.h"

namespace outpost::kernels::avx2 {

struct Vec {
  static constexpr int kLanes = 8;
  static constexpr int kRegisters = 16;
  using Float = __m256;
  using Int = __m256i;

  // Tiles of 8 rows x 4 activation rows: the sums, the codes, the activations and the constants
  // stay in the 16 registers.
  using Tile = Vec;
  static constexpr int kTokens = 1;
  static constexpr int kColumns = 4;
  static constexpr std::uint32_t kBlockRows = 96;
  static constexpr int kStepColumns = 4;
  static constexpr int kWideCodeBias = 0;
  template <int kBits>
  using Dot = avx2::Dot<kBits>;

  static Float zero() { return _mm256_setzero_ps(); }
  static Float set(float x) { return _mm256_set1_ps(x); }
  static Float load(const float* at) { return _mm256_loadu_ps(at); }
  static void store(float* at, Float x) { _mm256_storeu_ps(at, x); }
  static Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm256_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static Float div(Float a, Float b) { return _mm256_div_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
  static Float fnma(Float a, Float b, Float c) { return _mm256_fnmadd_ps(a, b, c); } // c - a * b
  // A NaN in b comes out.
  static Float max(Float a, Float b) { return _mm256_max_ps(a, b); }
  static Float min(Float a, Float b) { return _mm256_min_ps(a, b); }
  // A NaN in a does not. REQUIRES: none in b.
  static Float max_number(Float a, Float b) { return _mm256_max_ps(a, b); }
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
  static Int add_int(Int a, Int b) { return _mm256_add_epi32(a, b); }
  static Int max_int(Int a, Int b) { return _mm256_max_epi32(a, b); }
  static std::int32_t largest_int(Int a) {
    const __m128i four = _mm_max_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    const __m128i two = _mm_max_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_max_epi32(two, _mm_shuffle_epi32(two, 1)));
  }
  static Int magnitude_bits(Float a) { return _mm256_castps_si256(abs(a)); }
  static Float to_float(Int x) { return _mm256_cvtepi32_ps(x); }
  static Float as_float(Int bits) { return _mm256_castsi256_ps(bits); }

  // Pairs of 16 bits, one in each lane, and one pair for all lanes.
  using Pairs = __m256i;
  using Pair = __m256i;
  static Pairs load_pairs(const std::byte* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  }
  static void store_pairs(std::int32_t* at, Pairs pairs) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), pairs);
  }
  // Pairs of signed bytes.
  static Pairs load_byte_pairs(const std::byte* at) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
  }
  static Pair set_pair(std::int32_t both) { return _mm256_set1_epi32(both); }
  // sum + a.even * b.even + a.odd * b.odd
  static Int dot_pairs(Int sum, Pairs a, Pair b) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
  }
  // Rounds to integers, ties to even, which fit 16 bits, and stores them beside each other.
  static void store_codes(std::int16_t* at, Float x) {
    const __m256i wide = _mm256_cvtps_epi32(x);
    const __m128i narrow =
        _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), narrow);
  }

  // The first `count` lanes (all of them from 8 on); the others are zero, or not written.
  static Float load_first(const float* at, std::size_t count) {
    return _mm256_maskload_ps(at, first_lanes(count));
  }
  static void store_first(float* at, std::size_t count, Float x) {
    _mm256_maskstore_ps(at, first_lanes(count), x);
  }
  // Bit i: lane i of both is the same number.
  static unsigned equal_lanes(Float a, Float b) {
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_EQ_OQ)));
  }
  // Turns the pairs (x[2i], x[2i + 1]), i < 4, by the angles of these cosines and sines.
  static void rotate_pairs(float* x, const float* cos, const float* sin) {
    const __m256i twice = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
    const auto spread = [&](const float* four) {
      return _mm256_permutevar8x32_ps(_mm256_castps128_ps256(_mm_loadu_ps(four)), twice);
    };
    const __m256 v = load(x), swapped = _mm256_permute_ps(v, 0xb1);
    // Even lanes: v c - swapped s; odd lanes: v c + swapped s.
    store(x, _mm256_fmaddsub_ps(v, spread(cos), _mm256_mul_ps(swapped, spread(sin))));
  }

  // Sums in double.
  using Doubles = __m256d;
  static Doubles doubles_zero() { return _mm256_setzero_pd(); }
  static Doubles add_squares(Doubles sum, Float x) {
    const __m256d a = low_doubles(x), b = high_doubles(x);
    return _mm256_fmadd_pd(a, a, _mm256_fmadd_pd(b, b, sum));
  }
  static Doubles add_doubles(Doubles sum, Float x) {
    return _mm256_add_pd(sum, _mm256_add_pd(low_doubles(x), high_doubles(x)));
  }
  static double total(Doubles sum) {
    alignas(32) double lanes[4];
    _mm256_store_pd(lanes, sum);
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  }

  // What blocks of panels hold: a byte for each row, and codes of 8 rows x 4 columns.
  using Bytes = __m128i;
  using Codes = __m256i;
  static Float load_halves(const std::byte* at) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
  }
  static Float load_bf16(const std::byte* at, bool is_odd) {
    const __m256i pair = load_pairs(at);
    return as_float(is_odd ? _mm256_and_si256(pair, _mm256_set1_epi32(-65536))
                           : _mm256_slli_epi32(pair, 16));
  }
  static Bytes load_bytes(const std::byte* at) {
    return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(at));
  }
  // Each byte shifted right (left where kShift < 0), and those bits of it.
  template <int kShift, int kMask>
  static Bytes bits_of(Bytes x) {
    if constexpr (kShift > 0) x = _mm_srli_epi16(x, kShift);
    if constexpr (kShift < 0) x = _mm_slli_epi16(x, -kShift);
    return _mm_and_si128(x, _mm_set1_epi8(static_cast<char>(kMask)));
  }
  template <int kShift, int kMask>
  static Codes bits_of(Codes x) {
    if constexpr (kShift > 0) x = _mm256_srli_epi16(x, kShift);
    if constexpr (kShift < 0) x = _mm256_slli_epi16(x, -kShift);
    return _mm256_and_si256(x, _mm256_set1_epi8(static_cast<char>(kMask)));
  }
  static Bytes join(Bytes a, Bytes b) { return _mm_or_si128(a, b); }
  static Codes join(Codes a, Codes b) { return _mm256_or_si256(a, b); }
  static Bytes less(Bytes a, char b) { return _mm_sub_epi8(a, _mm_set1_epi8(b)); }
  static Float unsigned_floats(Bytes x) { return to_float(_mm256_cvtepu8_epi32(x)); }
  static Float signed_floats(Bytes x) { return to_float(_mm256_cvtepi8_epi32(x)); }
  static Pairs make_pairs(Bytes even, Bytes odd) {
    return _mm256_or_si256(_mm256_cvtepu8_epi32(even),
                           _mm256_slli_epi32(_mm256_cvtepu8_epi32(odd), 16));
  }
  static Codes load_codes(const std::byte* at) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(at));
  }
  static Codes look_up(const std::uint8_t* table, Codes indices) {
    const __m128i line = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(line), indices);
  }
  // step * code + origin, of each row's four codes. REQUIRES: that they fit a byte.
  static Codes on_levels(Codes codes, Bytes step, Bytes origin) {
    const __m256i steps = _mm256_cvtepu8_epi32(step), four = _mm256_cvtepu8_epi32(origin);
    const __m256i both = _mm256_or_si256(steps, _mm256_slli_epi32(steps, 16));
    const __m256i first = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
    return _mm256_add_epi8(_mm256_mullo_epi16(codes, both), _mm256_shuffle_epi8(four, first));
  }
  static Codes without_bias(Codes x) { return x; }
  static Bytes without_bias(Bytes x) { return x; }
  // Column kColumn (0..3) of the codes less `offset`.
  template <int kColumn>
  static Float column(Codes x, int offset) {
    const __m256i code =
        _mm256_and_si256(_mm256_srli_epi32(x, 8 * kColumn), _mm256_set1_epi32(255));
    return to_float(_mm256_sub_epi32(code, _mm256_set1_epi32(offset)));
  }

  // What a tile takes: words of 8 rows of the panel, words of an activation row.
  using Activations = __m256i;
  static Activations load_activations(const std::int8_t* at) {
    std::int32_t four = 0;
    std::memcpy(&four, at, sizeof(four));
    return _mm256_set1_epi32(four);
  }
  static Float load_rows(const float* at) { return _mm256_load_ps(at); }
  static Pairs load_row_pairs(const std::int32_t* at) {
    return load_pairs(reinterpret_cast<const std::byte*>(at));
  }
  static Float set_tokens(const float* at) { return set(*at); }
  static Int set_seeds(const std::int32_t* at) { return _mm256_set1_epi32(*at); }
  static Pair set_token_pairs(const std::int16_t* at) {
    std::int32_t both = 0;
    std::memcpy(&both, at, sizeof(both));
    return set_pair(both);
  }
  static void store_rows(float* at, std::size_t /*stride*/, std::size_t rows,
                         std::size_t /*tokens*/, Float x) {
    store_first(at, rows, x);
  }
  static void store_code_pair(std::uint8_t* at, Codes first, Codes second) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(at), first);
    _mm256_store_si256(reinterpret_cast<__m256i*>(at + 32), second);
  }

private:
  static __m256i first_lanes(std::size_t count) {
    alignas(32) static constexpr std::int32_t kMasks[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256(
        reinterpret_cast<const __m256i*>(kMasks + kLanes - (count < kLanes ? count : kLanes)));
  }
  static __m256d low_doubles(__m256 x) { return _mm256_cvtps_pd(_mm256_castps256_ps128(x)); }
  static __m256d high_doubles(__m256 x) { return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)); }
};

} // namespace outpost::kernels::avx2
