// The row kernels, a vector at a time; the last vector of a row may be part of one.
#pragma once
#include <cmath>
#include <cstring>

#include "kernels/rows.h"
#include "kernels/simd/exp.h"

namespace outpost::kernels::simd {

// Some floats of a row: a whole vector at compile time, or the rest of the row.
template <class V>
struct Whole {
  static typename V::Float load(const float* at) { return V::load(at); }
  static void store(float* at, typename V::Float x) { V::store(at, x); }
  static constexpr std::size_t count() { return V::kLanes; }
};
template <class V>
struct Rest {
  std::size_t left;
  [[nodiscard]] typename V::Float load(const float* at) const { return V::load_first(at, left); }
  void store(float* at, typename V::Float x) const { V::store_first(at, left, x); }
  [[nodiscard]] std::size_t count() const { return left; }
};

// Applies body(i, part) to every vector.
template <class V, class Body>
[[gnu::always_inline]] inline void for_vectors(std::size_t n, Body&& body) {
  std::size_t i = 0;
  for (; i + V::kLanes <= n; i += V::kLanes) body(i, Whole<V>{});
  if (i < n) body(i, Rest<V>{n - i});
}

template <class V>
void rms_norm(const float* x, const float* weight, std::size_t n, float epsilon, float* out) {
  auto squares = V::doubles_zero();
  for_vectors<V>(
      n, [&](std::size_t i, auto part) { squares = V::add_squares(squares, part.load(x + i)); });
  const double mean = V::total(squares) / static_cast<double>(n);
  const auto factor = V::set(static_cast<float>(1.0 / std::sqrt(mean + epsilon)));
  for_vectors<V>(n, [&](std::size_t i, auto part) {
    auto v = V::mul(part.load(x + i), factor);
    if (weight != nullptr) v = V::mul(v, part.load(weight + i));
    part.store(out + i, v);
  });
}

template <class V>
void rope_halves(float* x, const float* cos, const float* sin, std::size_t half) {
  for_vectors<V>(half, [&](std::size_t i, auto part) {
    const auto a = part.load(x + i), b = part.load(x + i + half);
    const auto c = part.load(cos + i), s = part.load(sin + i);
    part.store(x + i, V::fnma(b, s, V::mul(a, c)));
    part.store(x + i + half, V::fma(a, s, V::mul(b, c)));
  });
}

template <class V>
void rope_pairs(float* x, const float* cos, const float* sin, std::size_t half) {
  constexpr std::size_t kPairs = V::kLanes / 2;
  std::size_t i = 0;
  for (; i + kPairs <= half; i += kPairs) V::rotate_pairs(x + 2 * i, cos + i, sin + i);
  if (i == half) return;
  float padded[2 * kPairs] = {}, padded_cos[kPairs] = {}, padded_sin[kPairs] = {};
  const std::size_t bytes = (half - i) * sizeof(float);
  std::memcpy(padded, x + 2 * i, 2 * bytes);
  std::memcpy(padded_cos, cos + i, bytes);
  std::memcpy(padded_sin, sin + i, bytes);
  V::rotate_pairs(padded, padded_cos, padded_sin);
  std::memcpy(x + 2 * i, padded, 2 * bytes);
}

// x / (1 + e^-s)
template <class V>
inline typename V::Float times_sigmoid(typename V::Float x, typename V::Float s) {
  return V::div(x, V::add(V::set(1.0F), exp<V>(V::sub(V::zero(), s))));
}

template <class V>
void silu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for_vectors<V>(n, [&](std::size_t i, auto part) {
    const auto g = part.load(gate + i);
    part.store(out + i, V::mul(times_sigmoid<V>(g, g), part.load(up + i)));
  });
}

template <class V>
void gelu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  const auto linear = V::set(1.5957691216057308F);
  const auto cubic = V::set(1.5957691216057308F * 0.044715F);
  for_vectors<V>(n, [&](std::size_t i, auto part) {
    const auto g = part.load(gate + i);
    const auto s = V::mul(g, V::fma(V::mul(g, g), cubic, linear));
    part.store(out + i, V::mul(times_sigmoid<V>(g, s), part.load(up + i)));
  });
}

template <class V>
void relu2_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for_vectors<V>(n, [&](std::size_t i, auto part) {
    const auto g = V::max_number(part.load(gate + i), V::zero());
    part.store(out + i, V::mul(V::mul(g, g), part.load(up + i)));
  });
}

template <class V>
void add(float* x, const float* y, std::size_t n) {
  for_vectors<V>(n, [&](std::size_t i, auto part) {
    part.store(x + i, V::add(part.load(x + i), part.load(y + i)));
  });
}

template <class V>
void scale(float* x, float factor, std::size_t n) {
  for_vectors<V>(n, [&](std::size_t i, auto part) {
    part.store(x + i, V::mul(part.load(x + i), V::set(factor)));
  });
}

// The largest value, NaNs left out; -infinity when there is none.
template <class V>
float largest(const float* x, std::size_t n) {
  const auto lowest = V::set(-__builtin_inff());
  auto best = lowest;
  for_vectors<V>(n, [&](std::size_t i, auto part) {
    const auto v = V::choose(part.load(x + i), lowest, 0, static_cast<std::uint32_t>(part.count()));
    best = V::max_number(v, best);
  });
  return V::largest(best);
}

template <class V>
std::size_t argmax(const float* x, std::size_t n) {
  const auto best = V::set(largest<V>(x, n));
  const auto equal = [&](std::size_t i, auto part) {
    return V::equal_lanes(part.load(x + i), best) & ((2u << (part.count() - 1)) - 1);
  };
  for (std::size_t i = 0; i < n; i += V::kLanes) {
    const std::size_t left = n - i;
    const unsigned hits = left >= V::kLanes ? equal(i, Whole<V>{}) : equal(i, Rest<V>{left});
    if (hits != 0) return i + static_cast<std::size_t>(__builtin_ctz(hits));
  }
  return 0;
}

template <class V>
double log_sum_exp(const float* x, std::size_t n) {
  const float best = largest<V>(x, n);
  auto sum = V::doubles_zero();
  for_vectors<V>(n, [&](std::size_t i, auto part) {
    const auto e = exp<V>(V::sub(part.load(x + i), V::set(best)));
    const auto count = static_cast<std::uint32_t>(part.count());
    sum = V::add_doubles(sum, V::choose(e, V::zero(), 0, count));
  });
  return static_cast<double>(best) + std::log(V::total(sum));
}

// All but soft_cap and gelu_half_gate, which few models ask for.
template <class V>
void fill_rows(RowKernels& rows) {
  rows.rms_norm = rms_norm<V>;
  rows.rope_halves = rope_halves<V>;
  rows.rope_pairs = rope_pairs<V>;
  rows.silu_gate = silu_gate<V>;
  rows.gelu_gate = gelu_gate<V>;
  rows.relu2_gate = relu2_gate<V>;
  rows.add = add<V>;
  rows.scale = scale<V>;
  rows.argmax = argmax<V>;
  rows.log_sum_exp = log_sum_exp<V>;
}

} // namespace outpost::kernels::simd
