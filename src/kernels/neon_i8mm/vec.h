// The vectors of kernels/neon with the matrix products of ARMv8.6: 2 rows x 8 columns of the panel
// times 8 columns x 2 activation rows, four sums of eight products in one instruction. Few rows are
// multiplied as in kernels/neon_dotprod.
#pragma once
#include "kernels/neon_dotprod/vec.h"

namespace outpost::kernels::neon_i8mm {

// Of 8 rows x 2 activation rows: [4 pairs of rows][2 rows][2 activation rows], 4 rows in a part.
template <class Part>
struct Square {
  Part first, second;
};

struct Dot {
  Square<neon::Int> sum;

  [[gnu::always_inline]] void start(Square<neon::Int> seeds) { sum = seeds; }

  // `codes`: 8 columns of the four rows of part kPart; `activations`: the same of two rows.
  template <int kPart>
  [[gnu::always_inline]] void add(neon::Codes codes, int8x16_t activations, int /*index*/) {
    neon::Int& part = kPart == 0 ? sum.first : sum.second;
    part.low = vmmlaq_s32(part.low, vreinterpretq_s8_u8(codes.low), activations);
    part.high = vmmlaq_s32(part.high, vreinterpretq_s8_u8(codes.high), activations);
  }

  [[gnu::always_inline]] Square<neon::Int> finish(int /*count*/) const { return sum; }
};

struct SquareVec {
  using V = neon::Vec;
  using Float = Square<V::Float>;
  using Int = Square<neon::Int>;

  // 8 rows x 4 activation rows: 8 registers of sums, 8 of totals. Wider tiles spill.
  static constexpr int kTokens = 2;
  static constexpr int kColumns = 2;
  // Activations are interleaved in scratch: fewer rows than elsewhere fit into it.
  static constexpr std::uint32_t kBlockRows = 48;
  static constexpr int kStepColumns = 8;
  template <int kBits>
  using Dot = neon_i8mm::Dot;

  static Float zero() { return {V::zero(), V::zero()}; }
  static Float set(float x) { return {V::set(x), V::set(x)}; }
  static Float sub(Float a, Float b) {
    return {V::sub(a.first, b.first), V::sub(a.second, b.second)};
  }
  static Float mul(Float a, Float b) {
    return {V::mul(a.first, b.first), V::mul(a.second, b.second)};
  }
  static Float fma(Float a, Float b, Float c) {
    return {V::fma(a.first, b.first, c.first), V::fma(a.second, b.second, c.second)};
  }
  static Float fnma(Float a, Float b, Float c) {
    return {V::fnma(a.first, b.first, c.first), V::fnma(a.second, b.second, c.second)};
  }
  static Int int_zero() { return {V::int_zero(), V::int_zero()}; }
  static Float to_float(Int x) { return {V::to_float(x.first), V::to_float(x.second)}; }
  static Float as_float(Int x) { return {V::as_float(x.first), V::as_float(x.second)}; }

  // Each row's value for both activation rows.
  static Float load_rows(const float* at) { return {load_four(at), load_four(at + 4)}; }
  // Both activation rows' values for every row.
  static Float set_tokens(const float* at) {
    const float32x2_t two = vld1_f32(at);
    const float32x4_t four = vcombine_f32(two, two);
    return {{four, four}, {four, four}};
  }
  static Int set_seeds(const std::int32_t* at) {
    const int32x2_t two = vld1_s32(at);
    const int32x4_t four = vcombine_s32(two, two);
    return {{four, four}, {four, four}};
  }

  // Pairs of 16 bits as V has them, each for both activation rows; and for each activation row.
  using Pairs = Square<V::Pairs>;
  struct Pair {
    int16x8_t even, odd;
  };
  static Pairs load_row_pairs(const std::int32_t* at) {
    const V::Pairs rows = V::load_row_pairs(at);
    return {{vzip1q_s16(rows.even, rows.even), vzip1q_s16(rows.odd, rows.odd)},
            {vzip2q_s16(rows.even, rows.even), vzip2q_s16(rows.odd, rows.odd)}};
  }
  static Pair set_token_pairs(const std::int16_t* at) {
    std::int32_t even = 0, odd = 0;
    std::memcpy(&even, at, sizeof(even));
    std::memcpy(&odd, at + 2, sizeof(odd));
    return {vreinterpretq_s16_s32(vdupq_n_s32(even)), vreinterpretq_s16_s32(vdupq_n_s32(odd))};
  }
  static Int dot_pairs(Int sum, Pairs a, Pair b) {
    return {dot_part(sum.first, a.first, b), dot_part(sum.second, a.second, b)};
  }

  using Activations = int8x16_t;
  static Activations load_activations(const std::int8_t* at) { return vld1q_s8(at); }
  static neon::Codes load_codes(const std::byte* at) { return V::load_codes(at); }
  // Two vectors of 8 rows x 4 columns as 8 columns of each row in turn.
  static void store_code_pair(std::uint8_t* at, neon::Codes first, neon::Codes second) {
    store_four(at, first.low, second.low);
    store_four(at + 32, first.high, second.high);
  }
  static void store_rows(float* at, std::size_t stride, std::size_t rows, std::size_t tokens,
                         Float x) {
    V::store_first(
        at, rows, {vuzp1q_f32(x.first.low, x.first.high), vuzp1q_f32(x.second.low, x.second.high)});
    if (tokens < 2) return;
    V::store_first(
        at + stride, rows,
        {vuzp2q_f32(x.first.low, x.first.high), vuzp2q_f32(x.second.low, x.second.high)});
  }

private:
  static V::Float load_four(const float* at) {
    const float32x4_t rows = vld1q_f32(at);
    return {vzip1q_f32(rows, rows), vzip2q_f32(rows, rows)};
  }
  static void store_four(std::uint8_t* at, uint8x16_t first, uint8x16_t second) {
    const uint32x4_t a = vreinterpretq_u32_u8(first), b = vreinterpretq_u32_u8(second);
    vst1q_u8(at, vreinterpretq_u8_u32(vzip1q_u32(a, b)));
    vst1q_u8(at + 16, vreinterpretq_u8_u32(vzip2q_u32(a, b)));
  }
  static neon::Int dot_part(neon::Int sum, V::Pairs a, Pair b) {
    sum.low = vmlal_s16(sum.low, vget_low_s16(a.even), vget_low_s16(b.even));
    sum.high = vmlal_high_s16(sum.high, a.even, b.even);
    sum.low = vmlal_s16(sum.low, vget_low_s16(a.odd), vget_low_s16(b.odd));
    sum.high = vmlal_high_s16(sum.high, a.odd, b.odd);
    return sum;
  }
};

struct Vec : neon_dotprod::Vec {
  using Tile = SquareVec;
};

} // namespace outpost::kernels::neon_i8mm
