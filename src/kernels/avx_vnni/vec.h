// The vectors of kernels/avx2 with VNNI in its VEX form, as processors without AVX-512 have it:
// four products of bytes, or two of 16 bits, and their sum at once.
#pragma once
#include "kernels/avx2/vec.h"

namespace outpost::kernels::avx_vnni {

struct Dot {
  __m256i sum;

  [[gnu::always_inline]] void start(__m256i seeds) { sum = seeds; }

  template <int kPart>
  [[gnu::always_inline]] void add(__m256i codes, __m256i activations, int /*index*/) {
    sum = _mm256_dpbusd_avx_epi32(sum, codes, activations);
  }

  [[gnu::always_inline]] __m256i finish(int /*count*/) const { return sum; }
};

struct Vec : avx2::Vec {
  // Tiles of 8 rows x 6 activation rows: 6 registers of sums, 6 of totals.
  using Tile = Vec;
  static constexpr int kColumns = 6;
  template <int kBits>
  using Dot = avx_vnni::Dot;

  static Int dot_pairs(Int sum, Pairs a, Pair b) { return _mm256_dpwssd_avx_epi32(sum, a, b); }
};

} // namespace outpost::kernels::avx_vnni
