// The row kernels 16 floats at a time; the last vector of a row is masked.
#include <cmath>
#include <immintrin.h>

#include "kernels/avx512/exp.h"
#include "kernels/avx512/fill.h"

namespace outpost::kernels::avx512 {
namespace {

constexpr std::size_t kLanes = 16;

// The lanes of the vector at `i` that lie before `n`.
__mmask16 lanes_at(std::size_t i, std::size_t n) {
  return n - i >= kLanes ? __mmask16{0xffff} : static_cast<__mmask16>((1u << (n - i)) - 1);
}

// Applies `body` to every vector: body(i, mask).
template <class Body>
void for_vectors(std::size_t n, Body&& body) {
  for (std::size_t i = 0; i < n; i += kLanes) body(i, lanes_at(i, n));
}

__m512d low_doubles(__m512 x) { return _mm512_cvtps_pd(_mm512_castps512_ps256(x)); }
__m512d high_doubles(__m512 x) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1)); }

void rms_norm(const float* x, const float* weight, std::size_t n, float epsilon, float* out) {
  __m512d low = _mm512_setzero_pd(), high = _mm512_setzero_pd();
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    const __m512 v = _mm512_maskz_loadu_ps(mask, x + i);
    low = _mm512_fmadd_pd(low_doubles(v), low_doubles(v), low);
    high = _mm512_fmadd_pd(high_doubles(v), high_doubles(v), high);
  });
  const double mean = _mm512_reduce_add_pd(_mm512_add_pd(low, high)) / static_cast<double>(n);
  const __m512 factor = _mm512_set1_ps(static_cast<float>(1.0 / std::sqrt(mean + epsilon)));
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, x + i), factor);
    if (weight != nullptr) v = _mm512_mul_ps(v, _mm512_maskz_loadu_ps(mask, weight + i));
    _mm512_mask_storeu_ps(out + i, mask, v);
  });
}

void rope_halves(float* x, const float* cos, const float* sin, std::size_t half) {
  for_vectors(half, [&](std::size_t i, __mmask16 mask) {
    const __m512 a = _mm512_maskz_loadu_ps(mask, x + i);
    const __m512 b = _mm512_maskz_loadu_ps(mask, x + i + half);
    const __m512 c = _mm512_maskz_loadu_ps(mask, cos + i);
    const __m512 s = _mm512_maskz_loadu_ps(mask, sin + i);
    _mm512_mask_storeu_ps(x + i, mask, _mm512_fmsub_ps(a, c, _mm512_mul_ps(b, s)));
    _mm512_mask_storeu_ps(x + i + half, mask, _mm512_fmadd_ps(a, s, _mm512_mul_ps(b, c)));
  });
}

void rope_pairs(float* x, const float* cos, const float* sin, std::size_t half) {
  // Each cosine twice; each sine twice, with the sign that its lane needs.
  const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  for (std::size_t i = 0; i < half; i += kLanes / 2) {
    const std::size_t left = half - i < kLanes / 2 ? half - i : kLanes / 2;
    const auto pairs = static_cast<__mmask16>((1u << left) - 1);
    const auto lanes = static_cast<__mmask16>((1u << (2 * left)) - 1);
    const __m512 c = _mm512_permutexvar_ps(twice, _mm512_maskz_loadu_ps(pairs, cos + i));
    const __m512 s = _mm512_permutexvar_ps(twice, _mm512_maskz_loadu_ps(pairs, sin + i));
    const __m512 v = _mm512_maskz_loadu_ps(lanes, x + 2 * i);
    const __m512 swapped = _mm512_permute_ps(v, 0xb1);
    // Even lanes: v c - swapped s; odd lanes: v c + swapped s.
    _mm512_mask_storeu_ps(x + 2 * i, lanes, _mm512_fmaddsub_ps(v, c, _mm512_mul_ps(swapped, s)));
  }
}

// x / (1 + e^-s)
__m512 times_sigmoid(__m512 x, __m512 s) {
  const __m512 e = exp16(_mm512_sub_ps(_mm512_setzero_ps(), s));
  return _mm512_div_ps(x, _mm512_add_ps(_mm512_set1_ps(1.0F), e));
}

void silu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    const __m512 g = _mm512_maskz_loadu_ps(mask, gate + i);
    const __m512 u = _mm512_maskz_loadu_ps(mask, up + i);
    _mm512_mask_storeu_ps(out + i, mask, _mm512_mul_ps(times_sigmoid(g, g), u));
  });
}

void gelu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  const __m512 linear = _mm512_set1_ps(1.5957691216057308F);
  const __m512 cubic = _mm512_set1_ps(1.5957691216057308F * 0.044715F);
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    const __m512 g = _mm512_maskz_loadu_ps(mask, gate + i);
    const __m512 u = _mm512_maskz_loadu_ps(mask, up + i);
    const __m512 s = _mm512_mul_ps(g, _mm512_fmadd_ps(_mm512_mul_ps(g, g), cubic, linear));
    _mm512_mask_storeu_ps(out + i, mask, _mm512_mul_ps(times_sigmoid(g, s), u));
  });
}

void relu2_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    const __m512 g = _mm512_max_ps(_mm512_maskz_loadu_ps(mask, gate + i), _mm512_setzero_ps());
    const __m512 u = _mm512_maskz_loadu_ps(mask, up + i);
    _mm512_mask_storeu_ps(out + i, mask, _mm512_mul_ps(_mm512_mul_ps(g, g), u));
  });
}

void add(float* x, const float* y, std::size_t n) {
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    const __m512 sum =
        _mm512_add_ps(_mm512_maskz_loadu_ps(mask, x + i), _mm512_maskz_loadu_ps(mask, y + i));
    _mm512_mask_storeu_ps(x + i, mask, sum);
  });
}

void scale(float* x, float factor, std::size_t n) {
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    const __m512 v = _mm512_maskz_loadu_ps(mask, x + i);
    _mm512_mask_storeu_ps(x + i, mask, _mm512_mul_ps(v, _mm512_set1_ps(factor)));
  });
}

// The largest value, NaNs left out; -infinity when there is none.
float largest(const float* x, std::size_t n) {
  const __m512 lowest = _mm512_set1_ps(-INFINITY);
  __m512 best = lowest;
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    // The instruction gives its second operand when the first is a NaN.
    best = _mm512_max_ps(_mm512_mask_loadu_ps(lowest, mask, x + i), best);
  });
  return _mm512_reduce_max_ps(best);
}

std::size_t argmax(const float* x, std::size_t n) {
  const __m512 best = _mm512_set1_ps(largest(x, n));
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __mmask16 mask = lanes_at(i, n);
    const __mmask16 hits =
        _mm512_mask_cmp_ps_mask(mask, _mm512_maskz_loadu_ps(mask, x + i), best, _CMP_EQ_OQ);
    if (hits != 0) return i + static_cast<std::size_t>(__builtin_ctz(hits));
  }
  return 0;
}

double log_sum_exp(const float* x, std::size_t n) {
  const float best = largest(x, n);
  __m512d sum = _mm512_setzero_pd();
  for_vectors(n, [&](std::size_t i, __mmask16 mask) {
    const __m512 v = _mm512_maskz_loadu_ps(mask, x + i);
    const __m512 e = _mm512_maskz_mov_ps(mask, exp16(_mm512_sub_ps(v, _mm512_set1_ps(best))));
    sum = _mm512_add_pd(sum, _mm512_add_pd(low_doubles(e), high_doubles(e)));
  });
  return static_cast<double>(best) + std::log(_mm512_reduce_add_pd(sum));
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

} // namespace outpost::kernels::avx512
