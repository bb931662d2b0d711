#include "kernels/avx2/probe.h"

#include <immintrin.h>

#include "kernels/probe/loops.h"

namespace outpost::kernels::avx2 {
namespace {

// Three instructions where VNNI has one.
struct Int8Dot {
  using Sum = __m256i;
  using Factor = __m256i;
  static Factor factor() { return _mm256_set1_epi8(3); }
  static Sum step(Sum sum, Factor factor) {
    const __m256i pairs = _mm256_maddubs_epi16(factor, factor);
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
};

struct F32Fma {
  using Sum = __m256;
  using Factor = __m256;
  static Factor factor() { return _mm256_set1_ps(0.5F); }
  static Sum step(Sum sum, Factor factor) { return _mm256_fmadd_ps(factor, factor, sum); }
};

// kStreams equal parts of the bytes, read side by side in pieces of 512 bytes over all.
template <int kStreams>
void read(const std::byte* data, std::size_t bytes) {
  constexpr std::size_t kPiece = 512 / kStreams;
  const std::size_t part = bytes / kStreams;
  __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
  for (std::size_t at = 0; at < part; at += kPiece) {
#pragma GCC unroll 4
    for (int stream = 0; stream < kStreams; ++stream) {
      const std::byte* piece = data + static_cast<std::size_t>(stream) * part + at;
#pragma GCC unroll 16
      for (std::size_t i = 0; i < kPiece; i += 32) {
        const __m256i next = _mm256_load_si256(reinterpret_cast<const __m256i*>(piece + i));
        sums[i / 32 % 2] = _mm256_xor_si256(sums[i / 32 % 2], next);
      }
    }
  }
  asm volatile("" : : "x"(sums[0]), "x"(sums[1]));
}

} // namespace

void fill_probe(probe::ProbeLoops& loops) {
  loops.int8_dot = {"AVX2 multiply-add of pairs", &run_chains<Int8Dot>, probe::kChains * 32};
  loops.f32_fma = {"AVX2 FMA", &run_chains<F32Fma>, probe::kChains * 8};
  loops.read = &read<1>;
  loops.read_streams = &read<4>;
}

} // namespace outpost::kernels::avx2
