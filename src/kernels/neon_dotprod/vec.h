// The vectors of kernels/neon with the dot products of ARMv8.2: four products and sums at once.
#pragma once
#include "kernels/neon/vec.h"

namespace outpost::kernels::neon_dotprod {

struct Dot {
  neon::Int sum;

  [[gnu::always_inline]] void start(neon::Int seeds) { sum = seeds; }

  // `activations`: 16 columns of a row, of which these codes are for the kPart-th four.
  template <int kPart>
  [[gnu::always_inline]] void add(neon::Codes codes, int8x16_t activations, int /*index*/) {
    sum.low = vdotq_laneq_s32(sum.low, vreinterpretq_s8_u8(codes.low), activations, kPart);
    sum.high = vdotq_laneq_s32(sum.high, vreinterpretq_s8_u8(codes.high), activations, kPart);
  }

  [[gnu::always_inline]] neon::Int finish(int /*count*/) const { return sum; }
};

struct Vec : neon::Vec {
  // Tiles of 8 rows x 6 activation rows: 12 registers of sums, 12 of totals, 6 of activations.
  using Tile = Vec;
  static constexpr int kColumns = 6;
  static constexpr int kStepColumns = 16;
  template <int kBits>
  using Dot = neon_dotprod::Dot;

  static Activations load_activations(const std::int8_t* at) { return vld1q_s8(at); }
};

} // namespace outpost::kernels::neon_dotprod
