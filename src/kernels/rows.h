// Kernels over rows of float activations: norms, rotary embedding, gates, sums, the sampler's
// scans. Vector variants equal scalar within the bound stated at each entry.
#pragma once
#include <cstddef>
#include <cstdint>

namespace outpost::kernels {

struct RowKernels {
  // out[i] = x[i] * weight[i] / sqrt(mean(x^2) + epsilon), i < n. weight may be nullptr (ones). The
  // sum of squares is accumulated in double. out may be x. Relative bound 1e-6.
  void (*rms_norm)(const float* x, const float* weight, std::size_t n, float epsilon, float* out);
  // Rotates pairs (x[i], x[i + half]) for i < half ("neox" order) by the angle whose cosine and
  // sine are cos[i], sin[i]. In place.
  void (*rope_halves)(float* x, const float* cos, const float* sin, std::size_t half);
  // The same for pairs (x[2i], x[2i + 1]) ("llama" order).
  void (*rope_pairs)(float* x, const float* cos, const float* sin, std::size_t half);
  // out[i] = activation(gate[i]) * up[i]. out may be gate. Relative bound 1e-5.
  void (*silu_gate)(const float* gate, const float* up, std::size_t n, float* out);
  void (*gelu_gate)(const float* gate, const float* up, std::size_t n, float* out); // tanh form
  // The same with gate and gelu(gate) rounded to half precision: how the reference engine (ggml)
  // has it, from a table. For comparisons only. Bound: one unit in the last place of a half.
  void (*gelu_half_gate)(const float* gate, const float* up, std::size_t n, float* out);
  void (*relu2_gate)(const float* gate, const float* up, std::size_t n, float* out);
  // x[i] += y[i]
  void (*add)(float* x, const float* y, std::size_t n);
  // x[i] *= factor
  void (*scale)(float* x, float factor, std::size_t n);
  // x[i] = cap * tanh(x[i] / cap); cap > 0. Absolute bound cap * 1e-6.
  void (*soft_cap)(float* x, float cap, std::size_t n);
  // Index of the first largest value; n > 0. NaN counts as smallest.
  std::size_t (*argmax)(const float* x, std::size_t n);
  // log(sum(exp(x[i]))), in double internally. Absolute bound 1e-5.
  double (*log_sum_exp)(const float* x, std::size_t n);
};

} // namespace outpost::kernels
