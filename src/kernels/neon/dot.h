// Dot products of bytes without the dotprod extension. Products of single columns are added in 16
// bits, so how many of them may be added before widening depends on the bits of a code:
//   4 bits: 15 * 128 * 8 = 15,360 and 5 bits: 31 * 128 * 8 = 31,744 fit: a group of 32 columns (8
//   vectors) needs one widening; 6 bits: 63 * 128 * 4 = 32,256; 8 bits: 128 * 128 alone
#pragma once
#include <arm_neon.h>

namespace outpost::kernels::neon {

// Of 8 rows: sums, and unsigned codes of 4 columns.
struct Int {
  int32x4_t low, high;
};
struct Codes {
  uint8x16_t low, high;
};

template <int kBits>
struct Dot {
  static constexpr int kRun = kBits <= 5 ? 8 : kBits <= 6 ? 4 : 1;

  int16x8_t columns[4]; // two rows each
  int32x4_t pairs[4];   // of columns; two rows each
  Int seeds;

  [[gnu::always_inline]] void start(Int value) {
    for (int i = 0; i < 4; ++i) pairs[i] = vdupq_n_s32(0);
    seeds = value;
  }

  // The `index`-th vector of a group. `four`: those columns of an activation row, in every lane.
  template <int kPart>
  [[gnu::always_inline]] void add(Codes codes, int8x16_t four, int index) {
    const int8x16_t rows[2] = {vreinterpretq_s8_u8(codes.low), vreinterpretq_s8_u8(codes.high)};
    for (int i = 0; i < 2; ++i) {
      if (index % kRun == 0) {
        columns[2 * i] = vmull_s8(vget_low_s8(rows[i]), vget_low_s8(four));
        columns[2 * i + 1] = vmull_high_s8(rows[i], four);
      } else {
        columns[2 * i] = vmlal_s8(columns[2 * i], vget_low_s8(rows[i]), vget_low_s8(four));
        columns[2 * i + 1] = vmlal_high_s8(columns[2 * i + 1], rows[i], four);
      }
    }
    if (index % kRun == kRun - 1) widen();
  }

  // After `count` vectors: the sums, complete.
  [[gnu::always_inline]] Int finish(int count) {
    if (count % kRun != 0) widen();
    return {seeds.low + vpaddq_s32(pairs[0], pairs[1]),
            seeds.high + vpaddq_s32(pairs[2], pairs[3])};
  }

private:
  [[gnu::always_inline]] void widen() {
    for (int i = 0; i < 4; ++i) pairs[i] = vpadalq_s16(pairs[i], columns[i]);
  }
};

} // namespace outpost::kernels::neon
