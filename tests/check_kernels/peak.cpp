#include "peak.h"

#include <chrono>

#include "platform/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace outpost::check_kernels {

#if defined(__x86_64__)
namespace {

// Twelve independent chains: more than latency times throughput of any processor so far.
#define OUTPOST_TWELVE(step)                                                                       \
  step(0) step(1) step(2) step(3) step(4) step(5) step(6) step(7) step(8) step(9) step(10) step(11)

__attribute__((target("avx512f,avx512vnni"), noinline)) int spin_avx512(long rounds) {
  const __m512i a = _mm512_set1_epi8(1);
  __m512i s[12];
  for (auto& value : s) value = _mm512_setzero_si512();
  for (long i = 0; i < rounds; ++i) {
#define OUTPOST_STEP(n) s[n] = _mm512_dpbusd_epi32(s[n], a, a);
    OUTPOST_TWELVE(OUTPOST_STEP)
#undef OUTPOST_STEP
    // Keeps the compiler from folding the chains.
    __asm__ volatile("" : "+v"(s[0]), "+v"(s[1]), "+v"(s[2]), "+v"(s[3]), "+v"(s[4]), "+v"(s[5]));
  }
  __m512i sum = s[0];
  for (const auto& value : s) sum = _mm512_add_epi32(sum, value);
  int lanes[16];
  _mm512_storeu_si512(lanes, sum);
  return lanes[0];
}

__attribute__((target("avx2"), noinline)) int spin_avx2(long rounds) {
  const __m256i a = _mm256_set1_epi8(1);
  __m256i s[12];
  for (auto& value : s) value = _mm256_setzero_si256();
  for (long i = 0; i < rounds; ++i) {
#define OUTPOST_STEP(n) s[n] = _mm256_add_epi16(s[n], _mm256_maddubs_epi16(s[n], a));
    OUTPOST_TWELVE(OUTPOST_STEP)
#undef OUTPOST_STEP
  }
  __m256i sum = s[0];
  for (const auto& value : s) sum = _mm256_add_epi16(sum, value);
  return _mm256_extract_epi16(sum, 0);
}

template <class Spin>
double rate(const Spin& spin, double macs_per_round) {
  constexpr long kRounds = 2'000'000;
  double best = 0;
  volatile int sink = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto start = std::chrono::steady_clock::now();
    sink = spin(kRounds);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double now = macs_per_round * kRounds / took.count() * 1e-9;
    best = now > best ? now : best;
  }
  static_cast<void>(sink);
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
