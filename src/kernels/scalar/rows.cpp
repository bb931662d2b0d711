// The specification of the row kernels: what each means, in the fewest words. Sums and exponentials
// are taken in double, so that the vector variants are measured against the true value.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/scalar/fill.h"

namespace outpost::kernels::scalar {
namespace {

void rms_norm(const float* x, const float* weight, std::size_t n, float epsilon, float* out) {
  double squares = 0;
  for (std::size_t i = 0; i < n; ++i) squares += static_cast<double>(x[i]) * x[i];
  const double mean = squares / static_cast<double>(n);
  const float factor = static_cast<float>(1.0 / std::sqrt(mean + epsilon));
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = weight == nullptr ? x[i] * factor : x[i] * factor * weight[i];
  }
}

void rope_halves(float* x, const float* cos, const float* sin, std::size_t half) {
  for (std::size_t i = 0; i < half; ++i) {
    const float a = x[i], b = x[i + half];
    x[i] = a * cos[i] - b * sin[i];
    x[i + half] = a * sin[i] + b * cos[i];
  }
}

void rope_pairs(float* x, const float* cos, const float* sin, std::size_t half) {
  for (std::size_t i = 0; i < half; ++i) {
    const float a = x[2 * i], b = x[2 * i + 1];
    x[2 * i] = a * cos[i] - b * sin[i];
    x[2 * i + 1] = a * sin[i] + b * cos[i];
  }
}

// x * sigmoid(s)
float times_sigmoid(float x, double s) { return static_cast<float>(x / (1.0 + std::exp(-s))); }

void silu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = times_sigmoid(gate[i], gate[i]) * up[i];
}

// 0.5 x (1 + tanh(u)) with u = sqrt(2/pi) (x + 0.044715 x^3) is x * sigmoid(2u), which does not
// cancel for large negative x (Hendrycks & Gimpel 2016).
float gelu(float value) {
  constexpr double kTwoSqrtTwoOverPi = 1.5957691216057308;
  const double x = value;
  return times_sigmoid(value, kTwoSqrtTwoOverPi * (x + 0.044715 * x * x * x));
}

void gelu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = gelu(gate[i]) * up[i];
}

// To the nearest half, ties to even, for |x| below the largest half.
float round_to_half(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  // Below the smallest normal half the step is 2^-24, the last place of a float near 0.75.
  if ((bits & 0x7fffffffu) < 0x38800000u) return x < 0 ? (x - 0.75F) + 0.75F : (x + 0.75F) - 0.75F;
  return std::bit_cast<float>((bits + 0xfffu + (bits >> 13 & 1u)) & ~0x1fffu);
}

// ggml's table: the tanh form in float arithmetic, argument and value rounded to half precision.
float gelu_from_table(float value) {
  constexpr float kTableEnd = 10;
  if (value <= -kTableEnd) return 0;
  if (value >= kTableEnd) return value;
  const float x = round_to_half(value);
  const float u = 0.79788456F * x * (1.0F + 0.044715F * x * x);
  return round_to_half(0.5F * x * (1.0F + std::tanh(u)));
}

void gelu_half_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = gelu_from_table(gate[i]) * up[i];
}

void relu2_gate(const float* gate, const float* up, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; ++i) {
    const float positive = gate[i] > 0 ? gate[i] : 0;
    out[i] = positive * positive * up[i];
  }
}

void add(float* x, const float* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] += y[i];
}

void scale(float* x, float factor, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] *= factor;
}

void soft_cap(float* x, float cap, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] = cap * std::tanh(x[i] / cap);
}

std::size_t argmax(const float* x, std::size_t n) {
  std::size_t best = 0;
  float best_value = -std::numeric_limits<float>::infinity();
  bool found = false;
  for (std::size_t i = 0; i < n; ++i) {
    if (x[i] > best_value || (!found && x[i] == best_value)) {
      best = i;
      best_value = x[i];
      found = true;
    }
  }
  return best;
}

double log_sum_exp(const float* x, std::size_t n) {
  const double largest = x[argmax(x, n)];
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += std::exp(x[i] - largest);
  return largest + std::log(sum);
}

} // namespace

void fill_rows(RowKernels& rows) {
  rows = {.rms_norm = rms_norm,
          .rope_halves = rope_halves,
          .rope_pairs = rope_pairs,
          .silu_gate = silu_gate,
          .gelu_gate = gelu_gate,
          .gelu_half_gate = gelu_half_gate,
          .relu2_gate = relu2_gate,
          .add = add,
          .scale = scale,
          .soft_cap = soft_cap,
          .argmax = argmax,
          .log_sum_exp = log_sum_exp};
}

} // namespace outpost::kernels::scalar
