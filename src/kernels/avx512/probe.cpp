#include "kernels/avx512/probe.h"

#include <immintrin.h>

#include "kernels/probe/loops.h"

namespace outpost::kernels::avx512 {
namespace {

struct Int8Dot {
  using Sum = __m512i;
  using Factor = __m512i;
  static Factor factor() { return _mm512_set1_epi8(3); }
  static Sum step(Sum sum, Factor factor) { return _mm512_dpbusd_epi32(sum, factor, factor); }
};

struct F32Fma {
  using Sum = __m512;
  using Factor = __m512;
  static Factor factor() { return _mm512_set1_ps(0.5F); }
  static Sum step(Sum sum, Factor factor) { return _mm512_fmadd_ps(factor, factor, sum); }
};

// kStreams equal parts of the bytes, read side by side in pieces of 512 bytes over all.
template <int kStreams>
void read(const std::byte* data, std::size_t bytes) {
  constexpr std::size_t kPiece = 512 / kStreams;
  const std::size_t part = bytes / kStreams;
  __m512i sums[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
  for (std::size_t at = 0; at < part; at += kPiece) {
#pragma GCC unroll 4
    for (int stream = 0; stream < kStreams; ++stream) {
      const std::byte* piece = data + static_cast<std::size_t>(stream) * part + at;
#pragma GCC unroll 8
      for (std::size_t i = 0; i < kPiece; i += 64) {
        sums[i / 64 % 2] = _mm512_xor_si512(sums[i / 64 % 2], _mm512_load_si512(piece + i));
      }
    }
  }
  asm volatile("" : : "v"(sums[0]), "v"(sums[1]));
}

} // namespace

void fill_probe(probe::ProbeLoops& loops) {
  loops.int8_dot = {"AVX-512 VNNI", &run_chains<Int8Dot>, probe::kChains * 64};
  loops.f32_fma = {"AVX-512 FMA", &run_chains<F32Fma>, probe::kChains * 16};
  loops.read = &read<1>;
  loops.read_streams = &read<4>;
}

} // namespace outpost::kernels::avx512
