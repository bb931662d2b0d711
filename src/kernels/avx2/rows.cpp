// The row kernels 8 floats at a time; the last vector of a row is masked.
#include <cmath>
#include <immintrin.h>

#include "kernels/avx2/exp.h"
#include "kernels/avx2/fill.h"
#include "kernels/avx2/lanes.h"

namespace outpost::kernels::avx2 {
namespace {

// Applies `body` to every vector: body(i, mask).
template <class Body>
void for_vectors(std::size_t n, Body&& body) {
  for (std::size_t i = 0; i < n; i += kLanes) body(i, first_lanes(n - i));
}

__m256d low_doubles(__m256 x) { return _mm256_cvtps_pd(_mm256_castps256_ps128(x)); }
__m256d high_doubles(__m256 x) { return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)); }

double sum_of(__m256d x) {
  alignas(32) double lanes[4];
  _mm256_store_pd(lanes, x);
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

void rms_norm(const float* x, const float* weight, std::size_t n, float epsilon, float* out) {
  __m256d low = _mm256_setzero_pd(), high = _mm256_setzero_pd();
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    const __m256 v = _mm256_maskload_ps(x + i, mask);
    low = _mm256_fmadd_pd(low_doubles(v), low_doubles(v), low);
    high = _mm256_fmadd_pd(high_doubles(v), high_doubles(v), high);
  });
  const double mean = sum_of(_mm256_add_pd(low, high)) / static_cast<double>(n);
  const __m256 factor = _mm256_set1_ps(static_cast<float>(1.0 / std::sqrt(mean + epsilon)));
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    __m256 v = _mm256_mul_ps(_mm256_maskload_ps(x + i, mask), factor);
    if (weight != nullptr) v = _mm256_mul_ps(v, _mm256_maskload_ps(weight + i, mask));
    _mm256_maskstore_ps(out + i, mask, v);
  });
}

void rope_halves(float* x, const float* cos, const float* sin, std::size_t half) {
  for_vectors(half, [&](std::size_t i, __m256i mask) {
    const __m256 a = _mm256_maskload_ps(x + i, mask);
    const __m256 b = _mm256_maskload_ps(x + i + half, mask);
    const __m256 c = _mm256_maskload_ps(cos + i, mask);
    const __m256 s = _mm256_maskload_ps(sin + i, mask);
    _mm256_maskstore_ps(x + i, mask, _mm256_fmsub_ps(a, c, _mm256_mul_ps(b, s)));
    _mm256_maskstore_ps(x + i + half, mask, _mm256_fmadd_ps(a, s, _mm256_mul_ps(b, c)));
  });
}

void rope_pairs(float* x, const float* cos, const float* sin, std::size_t half) {
  // Each cosine and each sine twice, for the two lanes of its pair.
  const __m256i twice = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
  for (std::size_t i = 0; i < half; i += kLanes / 2) {
    const std::size_t left = half - i < kLanes / 2 ? half - i : kLanes / 2;
    const __m256i pairs = first_lanes(left), lanes = first_lanes(2 * left);
    const __m256 c = _mm256_permutevar8x32_ps(_mm256_maskload_ps(cos + i, pairs), twice);
    const __m256 s = _mm256_permutevar8x32_ps(_mm256_maskload_ps(sin + i, pairs), twice);
    const __m256 v = _mm256_maskload_ps(x + 2 * i, lanes);
    const __m256 swapped = _mm256_permute_ps(v, 0xb1);
    // Even lanes: v c - swapped s; odd lanes: v c + swapped s.
    _mm256_maskstore_ps(x + 2 * i, lanes, _mm256_fmaddsub_ps(v, c, _mm256_mul_ps(swapped, s)));
  }
}

// x / (1 + e^-s)
__m256 times_sigmoid(__m256 x, __m256 s) {
  const __m256 e = exp8(_mm256_sub_ps(_mm256_setzero_ps(), s));
  return _mm256_div_ps(x, _mm256_add_ps(_mm256_set1_ps(1.0F), e));
}

void silu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    const __m256 g = _mm256_maskload_ps(gate + i, mask);
    const __m256 u = _mm256_maskload_ps(up + i, mask);
    _mm256_maskstore_ps(out + i, mask, _mm256_mul_ps(times_sigmoid(g, g), u));
  });
}

void gelu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  const __m256 linear = _mm256_set1_ps(1.5957691216057308F);
  const __m256 cubic = _mm256_set1_ps(1.5957691216057308F * 0.044715F);
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    const __m256 g = _mm256_maskload_ps(gate + i, mask);
    const __m256 u = _mm256_maskload_ps(up + i, mask);
    const __m256 s = _mm256_mul_ps(g, _mm256_fmadd_ps(_mm256_mul_ps(g, g), cubic, linear));
    _mm256_maskstore_ps(out + i, mask, _mm256_mul_ps(times_sigmoid(g, s), u));
  });
}

void relu2_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    const __m256 g = _mm256_max_ps(_mm256_maskload_ps(gate + i, mask), _mm256_setzero_ps());
    const __m256 u = _mm256_maskload_ps(up + i, mask);
    _mm256_maskstore_ps(out + i, mask, _mm256_mul_ps(_mm256_mul_ps(g, g), u));
  });
}

void add(float* x, const float* y, std::size_t n) {
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    const __m256 sum =
        _mm256_add_ps(_mm256_maskload_ps(x + i, mask), _mm256_maskload_ps(y + i, mask));
    _mm256_maskstore_ps(x + i, mask, sum);
  });
}

void scale(float* x, float factor, std::size_t n) {
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    const __m256 v = _mm256_maskload_ps(x + i, mask);
    _mm256_maskstore_ps(x + i, mask, _mm256_mul_ps(v, _mm256_set1_ps(factor)));
  });
}

__m256 load_or(const float* x, __m256i mask, __m256 other) {
  return _mm256_blendv_ps(other, _mm256_maskload_ps(x, mask), _mm256_castsi256_ps(mask));
}

// The largest value, NaNs left out; -infinity when there is none.
float largest(const float* x, std::size_t n) {
  const __m256 lowest = _mm256_set1_ps(-INFINITY);
  __m256 best = lowest;
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    // The instruction gives its second operand when the first is a NaN.
    best = _mm256_max_ps(load_or(x + i, mask, lowest), best);
  });
  alignas(32) float lanes[kLanes];
  _mm256_store_ps(lanes, best);
  float result = lanes[0];
  for (const float lane : lanes) result = lane > result ? lane : result;
  return result;
}

std::size_t argmax(const float* x, std::size_t n) {
  const __m256 best = _mm256_set1_ps(largest(x, n));
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __m256i mask = first_lanes(n - i);
    const __m256 equal = _mm256_cmp_ps(_mm256_maskload_ps(x + i, mask), best, _CMP_EQ_OQ);
    const int hits = _mm256_movemask_ps(_mm256_and_ps(equal, _mm256_castsi256_ps(mask)));
    if (hits != 0) return i + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(hits)));
  }
  return 0;
}

double log_sum_exp(const float* x, std::size_t n) {
  const float best = largest(x, n);
  __m256d sum = _mm256_setzero_pd();
  for_vectors(n, [&](std::size_t i, __m256i mask) {
    const __m256 v = _mm256_sub_ps(_mm256_maskload_ps(x + i, mask), _mm256_set1_ps(best));
    const __m256 e = _mm256_and_ps(exp8(v), _mm256_castsi256_ps(mask));
    sum = _mm256_add_pd(sum, _mm256_add_pd(low_doubles(e), high_doubles(e)));
  });
  return static_cast<double>(best) + std::log(sum_of(sum));
}

} // namespace

void fill_rows(RowKernels& rows) {
  rows.rms_norm = rms_norm;
  rows.rope_halves = rope_halves;
  rows.rope_pairs = rope_pairs;
  rows.silu_gate = silu_gate;
  rows.gelu_gate = gelu_gate;
  rows.relu2_gate = relu2_gate;
  rows.add = add;
  rows.scale = scale;
  rows.argmax = argmax;
  rows.log_sum_exp = log_sum_exp;
}

} // namespace outpost::kernels::avx2
