#include "peak.h"

#include <chrono>

#include "platform/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace outpost::check_kernels {

#if defined(__x86_64__)
namespace {

// Twelve independent chains hide the latency of any processor so far. The empty statement keeps
// each in a register of its own, and the compiler from folding the rounds.
#define OUTPOST_TWELVE(step)                                                                       \
  step(s0) step(s1) step(s2) step(s3) step(s4) step(s5) step(s6) step(s7) step(s8) step(s9)        \
      step(s10) step(s11)

__attribute__((target("avx512f,avx512vnni"), noinline)) void spin_avx512(long rounds) {
#define OUTPOST_STEP(s) __m512i s = _mm512_setzero_si512();
  OUTPOST_TWELVE(OUTPOST_STEP)
#undef OUTPOST_STEP
  const __m512i a = _mm512_set1_epi8(1);
  for (long i = 0; i < rounds; ++i) {
#define OUTPOST_STEP(s)                                                                            \
  s = _mm512_dpbusd_epi32(s, a, a);                                                                \
  __asm__ volatile("" : "+v"(s));
    OUTPOST_TWELVE(OUTPOST_STEP)
#undef OUTPOST_STEP
  }
}

__attribute__((target("avx2"), noinline)) void spin_avx2(long rounds) {
#define OUTPOST_STEP(s) __m256i s = _mm256_setzero_si256();
  OUTPOST_TWELVE(OUTPOST_STEP)
#undef OUTPOST_STEP
  const __m256i a = _mm256_set1_epi8(1);
  for (long i = 0; i < rounds; ++i) {
#define OUTPOST_STEP(s)                                                                            \
  s = _mm256_add_epi16(s, _mm256_maddubs_epi16(s, a));                                             \
  __asm__ volatile("" : "+v"(s));
    OUTPOST_TWELVE(OUTPOST_STEP)
#undef OUTPOST_STEP
  }
}

template <class Spin>
double rate(const Spin& spin, double macs_per_round) {
  constexpr long kRounds = 2'000'000;
  double best = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto start = std::chrono::steady_clock::now();
    spin(kRounds);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double now = macs_per_round * kRounds / took.count() * 1e-9;
    best = now > best ? now : best;
  }
  return best;
}

} // namespace

double measure_int8_peak() {
  const platform::CpuFeatures cpu = platform::cpu_features();
  if (cpu.avx512_vnni) return rate(&spin_avx512, 12 * 64);
  if (cpu.avx2) return rate(&spin_avx2, 12 * 32);
  return 0;
}
#else
double measure_int8_peak() { return 0; }
#endif

} // namespace outpost::check_kernels
