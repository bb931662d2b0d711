// Dot products of unsigned codes and signed activations without VNNI. vpmaddubsw adds pairs of
// products into 16 bits and saturates, so how many of its results may be added before widening
// depends on the bits of a code:
//   4 bits: 15 * 128 * 2 * 8 = 30,720 fits: a group of 32 columns (8 vectors) needs one widening
//   5 bits: 31 * 128 * 2 * 4 = 31,744       6 bits: 63 * 128 * 2 * 2 = 32,256
//   8 bits: 255 * 128 * 2 does not fit at all; a code is split in two nibbles, each of which does
#pragma once
#include <immintrin.h>

namespace outpost::kernels::avx2 {

template <int kBits>
struct Dot {
  static constexpr int kRun = kBits <= 4 || kBits == 8 ? 8 : kBits == 5 ? 4 : 2;

  __m256i low;
  __m256i high; // upper nibbles; 8 bits only
  __m256i sum;  // 8 rows, 32 bits

  [[gnu::always_inline]] void start(__m256i value) {
    low = high = _mm256_setzero_si256();
    sum = value;
  }

  // The `index`-th vector of a group.
  template <int kPart>
  [[gnu::always_inline]] void add(__m256i codes, __m256i activations, int index) {
    if constexpr (kBits == 8) {
      const __m256i nibble = _mm256_set1_epi8(15);
      const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(codes, 4), nibble);
      codes = _mm256_and_si256(codes, nibble);
      high = _mm256_add_epi16(high, _mm256_maddubs_epi16(upper, activations));
    }
    low = _mm256_add_epi16(low, _mm256_maddubs_epi16(codes, activations));
    if (index % kRun == kRun - 1) widen();
  }

  // After `count` vectors: the sums, complete.
  [[gnu::always_inline]] __m256i finish(int count) {
    if (count % kRun != 0) widen();
    return sum;
  }

private:
  [[gnu::always_inline]] void widen() {
    const __m256i ones = _mm256_set1_epi16(1);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(low, ones));
    low = _mm256_setzero_si256();
    if constexpr (kBits == 8) {
      sum = _mm256_add_epi32(sum, _mm256_slli_epi32(_mm256_madd_epi16(high, ones), 4));
      high = _mm256_setzero_si256();
    }
  }
};

} // namespace outpost::kernels::avx2
