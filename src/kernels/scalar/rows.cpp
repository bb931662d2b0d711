// The specification of the row kernels: what each means, in the fewest words. Sums and exponentials
// are taken in double, so that the vector variants are measured against the true value.
#include <cmath>
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
void gelu_gate(const float* gate, const float* up, std::size_t n, float* out) {
  constexpr double kTwoSqrtTwoOverPi = 1.5957691216057308;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = gate[i];
    out[i] = times_sigmoid(gate[i], kTwoSqrtTwoOverPi * (x + 0.044715 * x * x * x)) * up[i];
  }
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

}  // namespace

void fill_rows(RowKernels& rows) {
  rows = {.rms_norm = rms_norm,
          .rope_halves = rope_halves,
          .rope_pairs = rope_pairs,
          .silu_gate = silu_gate,
          .gelu_gate = gelu_gate,
          .relu2_gate = relu2_gate,
          .add = add,
          .scale = scale,
          .soft_cap = soft_cap,
          .argmax = argmax,
          .log_sum_exp = log_sum_exp};
}

}  // namespace outpost::kernels::scalar
