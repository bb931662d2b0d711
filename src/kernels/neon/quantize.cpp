// Activation quantisation as scalar/quantize.cpp states it, 16 values (of which there is a sum) at
// a time.
#include <arm_neon.h>
#include <cstring>

#include "kernels/neon/fill.h"
#include "kernels/simd/quantize_rows.h"

namespace outpost::kernels::neon {
namespace {

constexpr std::uint32_t kSixteen = 16;

struct Values {
  float32x4_t vectors[4];
};

// `count` values, then zeros.
Values load_values(const float* x, std::uint32_t count) {
  float padded[kSixteen] = {};
  if (count < kSixteen) {
    std::memcpy(padded, x, count * sizeof(float));
    x = padded;
  }
  return {{vld1q_f32(x), vld1q_f32(x + 4), vld1q_f32(x + 8), vld1q_f32(x + 12)}};
}

// The larger magnitude in each lane, as bits: infinities and NaN win.
uint32x4_t larger_magnitudes(uint32x4_t so_far, const Values& values) {
  for (const float32x4_t vector : values.vectors)
    so_far = vmaxq_u32(so_far, vreinterpretq_u32_f32(vabsq_f32(vector)));
  return so_far;
}

float largest_of(uint32x4_t magnitudes) {
  const std::uint32_t bits = vmaxvq_u32(magnitudes);
  float largest = 0;
  std::memcpy(&largest, &bits, sizeof(largest));
  return largest;
}

void store_codes(const Values& values, float inverse, std::int8_t* codes, std::int16_t* sum) {
  int32x4_t wide[4];
  for (int i = 0; i < 4; ++i) wide[i] = vcvtnq_s32_f32(vmulq_n_f32(values.vectors[i], inverse));
  const int16x8_t low = vqmovn_high_s32(vqmovn_s32(wide[0]), wide[1]);
  const int16x8_t high = vqmovn_high_s32(vqmovn_s32(wide[2]), wide[3]);
  const int8x16_t bytes = vqmovn_high_s16(vqmovn_s16(low), high);
  vst1q_s8(codes, bytes);
  *sum = vaddlvq_s8(bytes);
}

struct Groups {
  static constexpr std::uint32_t kValues = kSixteen;
  static Values load(const float* x, std::uint32_t count) { return load_values(x, count); }
  static uint32x4_t none() { return vdupq_n_u32(0); }
  static uint32x4_t larger(uint32x4_t so_far, const Values& values) {
    return larger_magnitudes(so_far, values);
  }
  static float largest(uint32x4_t magnitudes) { return largest_of(magnitudes); }
  static void store(const Values& values, float inverse, std::int8_t* codes, std::int16_t* sums) {
    store_codes(values, inverse, codes, sums);
  }
};

} // namespace

void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  simd::quantize_rows<Groups>(x, x_stride, cols, row_begin, row_end, out);
}

} // namespace outpost::kernels::neon
