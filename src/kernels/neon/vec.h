// The vectors of this folder for the shared loops of kernels/simd: 8 lanes of 32 bits, half the
// rows of a panel, in two registers. Structs of registers rather than the compiler's types of
// several (float32x4x2_t): those it keeps in memory.
#pragma once
#include <arm_neon.h>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/neon/dot.h"

namespace outpost::kernels::neon {

struct Vec {
  static constexpr int kLanes = 8;
  static constexpr int kRegisters = 16; // pairs
  struct Float {
    float32x4_t low, high;
  };
  using Int = neon::Int;

  // Tiles of 8 rows x 2 activation rows: 8 registers of sums of 16 bits, 8 of 32. Wider tiles
  // spill.
  using Tile = Vec;
  static constexpr int kTokens = 1;
  static constexpr int kColumns = 2;
  static constexpr std::uint32_t kBlockRows = 96;
  static constexpr int kStepColumns = 4;
  static constexpr int kWideCodeBias = 128; // there are only products of equally signed bytes
  template <int kBits>
  using Dot = neon::Dot<kBits>;

  static Float zero() { return set(0.0F); }
  static Float set(float x) { return {vdupq_n_f32(x), vdupq_n_f32(x)}; }
  static Float load(const float* at) { return {vld1q_f32(at), vld1q_f32(at + 4)}; }
  static void store(float* at, Float x) {
    vst1q_f32(at, x.low);
    vst1q_f32(at + 4, x.high);
  }
  static Float add(Float a, Float b) {
    return each(a, b, [](auto x, auto y) { return x + y; });
  }
  static Float sub(Float a, Float b) {
    return each(a, b, [](auto x, auto y) { return x - y; });
  }
  static Float mul(Float a, Float b) {
    return each(a, b, [](auto x, auto y) { return x * y; });
  }
  static Float div(Float a, Float b) {
    return each(a, b, [](auto x, auto y) { return x / y; });
  }
  static Float fma(Float a, Float b, Float c) {
    return {vfmaq_f32(c.low, a.low, b.low), vfmaq_f32(c.high, a.high, b.high)};
  }
  static Float fnma(Float a, Float b, Float c) { // c - a * b
    return {vfmsq_f32(c.low, a.low, b.low), vfmsq_f32(c.high, a.high, b.high)};
  }
  // A NaN in b comes out.
  static Float max(Float a, Float b) {
    return {vmaxq_f32(a.low, b.low), vmaxq_f32(a.high, b.high)};
  }
  static Float min(Float a, Float b) {
    return {vminq_f32(a.low, b.low), vminq_f32(a.high, b.high)};
  }
  // A NaN in a does not. REQUIRES: none in b.
  static Float max_number(Float a, Float b) {
    return {vmaxnmq_f32(a.low, b.low), vmaxnmq_f32(a.high, b.high)};
  }
  static Float abs(Float a) { return {vabsq_f32(a.low), vabsq_f32(a.high)}; }
  static float largest(Float a) { return vmaxvq_f32(vmaxq_f32(a.low, a.high)); }
  static float sum(Float a) { return vaddvq_f32(a.low + a.high); }
  // Lanes [begin, end) of a, the others of b.
  static Float choose(Float a, Float b, std::uint32_t begin, std::uint32_t end) {
    static constexpr std::uint32_t kPlaces[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    const auto choose_four = [&](float32x4_t x, float32x4_t y, const std::uint32_t* places) {
      const uint32x4_t place = vld1q_u32(places);
      const uint32x4_t is_inside =
          vandq_u32(vcgeq_u32(place, vdupq_n_u32(begin)), vcltq_u32(place, vdupq_n_u32(end)));
      return vbslq_f32(is_inside, x, y);
    };
    return {choose_four(a.low, b.low, kPlaces), choose_four(a.high, b.high, kPlaces + 4)};
  }
  static Float round(Float a) { return {vrndnq_f32(a.low), vrndnq_f32(a.high)}; }
  // a * 2^n for whole n; zero below the normal numbers. REQUIRES: n <= 127. A NaN stays one.
  static Float scale_by_power(Float a, Float n) {
    const auto power_of = [](float32x4_t whole) {
      const int32x4_t bits = vqaddq_s32(vcvtnq_s32_f32(whole), vdupq_n_s32(127));
      return vreinterpretq_f32_s32(vshlq_n_s32(vmaxq_s32(bits, vdupq_n_s32(0)), 23));
    };
    return {a.low * power_of(n.low), a.high * power_of(n.high)};
  }

  static Int int_zero() { return {vdupq_n_s32(0), vdupq_n_s32(0)}; }
  static Int add_int(Int a, Int b) { return {vaddq_s32(a.low, b.low), vaddq_s32(a.high, b.high)}; }
  static Int max_int(Int a, Int b) { return {vmaxq_s32(a.low, b.low), vmaxq_s32(a.high, b.high)}; }
  static std::int32_t largest_int(Int a) { return vmaxvq_s32(vmaxq_s32(a.low, a.high)); }
  static Int magnitude_bits(Float a) {
    return {vreinterpretq_s32_f32(vabsq_f32(a.low)), vreinterpretq_s32_f32(vabsq_f32(a.high))};
  }
  static Float to_float(Int x) { return {vcvtq_f32_s32(x.low), vcvtq_f32_s32(x.high)}; }
  static Float as_float(Int bits) {
    return {vreinterpretq_f32_s32(bits.low), vreinterpretq_f32_s32(bits.high)};
  }

  // Pairs of 16 bits, one in each lane, taken apart; and one pair for all lanes.
  struct Pairs {
    int16x8_t even, odd;
  };
  using Pair = int16x4_t; // even, odd, even, odd
  static Pairs load_pairs(const std::byte* at) {
    const int16x8x2_t apart = vld2q_s16(reinterpret_cast<const std::int16_t*>(at));
    return {apart.val[0], apart.val[1]};
  }
  static void store_pairs(std::int32_t* at, Pairs pairs) {
    const int16x8x2_t both = {{pairs.even, pairs.odd}};
    vst2q_s16(reinterpret_cast<std::int16_t*>(at), both);
  }
  // Pairs of signed bytes.
  static Pairs load_byte_pairs(const std::byte* at) {
    const int8x8x2_t apart = vld2_s8(reinterpret_cast<const std::int8_t*>(at));
    return {vmovl_s8(apart.val[0]), vmovl_s8(apart.val[1])};
  }
  static Pair set_pair(std::int32_t both) { return vreinterpret_s16_s32(vdup_n_s32(both)); }
  // sum + a.even * b.even + a.odd * b.odd
  static Int dot_pairs(Int sum, Pairs a, Pair b) {
    sum.low = vmlal_lane_s16(sum.low, vget_low_s16(a.even), b, 0);
    sum.high = vmlal_high_lane_s16(sum.high, a.even, b, 0);
    sum.low = vmlal_lane_s16(sum.low, vget_low_s16(a.odd), b, 1);
    sum.high = vmlal_high_lane_s16(sum.high, a.odd, b, 1);
    return sum;
  }
  // Rounds to integers, ties to even, which fit 16 bits, and stores them beside each other.
  static void store_codes(std::int16_t* at, Float x) {
    const int16x4_t low = vqmovn_s32(vcvtnq_s32_f32(x.low));
    vst1q_s16(at, vqmovn_high_s32(low, vcvtnq_s32_f32(x.high)));
  }

  // The first `count` lanes (all of them from 8 on); the others are zero, or not written.
  static Float load_first(const float* at, std::size_t count) {
    if (count >= kLanes) return load(at);
    float padded[kLanes] = {};
    std::memcpy(padded, at, count * sizeof(float));
    return load(padded);
  }
  static void store_first(float* at, std::size_t count, Float x) {
    if (count >= kLanes) return store(at, x);
    float padded[kLanes];
    store(padded, x);
    std::memcpy(at, padded, count * sizeof(float));
  }
  // Bit i: lane i of both is the same number.
  static unsigned equal_lanes(Float a, Float b) {
    static constexpr std::uint32_t kBits[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    const uint32x4_t low = vandq_u32(vceqq_f32(a.low, b.low), vld1q_u32(kBits));
    const uint32x4_t high = vandq_u32(vceqq_f32(a.high, b.high), vld1q_u32(kBits + 4));
    return vaddvq_u32(vorrq_u32(low, high));
  }
  // Turns the pairs (x[2i], x[2i + 1]), i < 4, by the angles of these cosines and sines.
  static void rotate_pairs(float* x, const float* cos, const float* sin) {
    const float32x4x2_t apart = vld2q_f32(x);
    const float32x4_t a = apart.val[0], b = apart.val[1], c = vld1q_f32(cos), s = vld1q_f32(sin);
    const float32x4x2_t turned = {{vfmsq_f32(a * c, b, s), vfmaq_f32(b * c, a, s)}};
    vst2q_f32(x, turned);
  }

  // Sums in double.
  using Doubles = float64x2_t;
  static Doubles doubles_zero() { return vdupq_n_f64(0); }
  static Doubles add_squares(Doubles sum, Float x) {
    return each_double(sum, x, [](auto so_far, auto two) { return vfmaq_f64(so_far, two, two); });
  }
  static Doubles add_doubles(Doubles sum, Float x) {
    return each_double(sum, x, [](auto so_far, auto two) { return so_far + two; });
  }
  static double total(Doubles sum) { return vaddvq_f64(sum); }

  // What blocks of panels hold: a byte for each row, and codes of 8 rows x 4 columns.
  using Bytes = uint8x8_t;
  using Codes = neon::Codes;
  static Float load_halves(const std::byte* at) {
    const float16x8_t halves = vld1q_f16(reinterpret_cast<const float16_t*>(at));
    return {vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves)};
  }
  static Float load_bf16(const std::byte* at, bool is_odd) {
    const auto load_four = [&](const std::byte* from) {
      const uint32x4_t pair = vld1q_u32(reinterpret_cast<const std::uint32_t*>(from));
      return vreinterpretq_f32_u32(is_odd ? pair & vdupq_n_u32(0xffff0000u) : pair << 16);
    };
    return {load_four(at), load_four(at + 16)};
  }
  static Bytes load_bytes(const std::byte* at) {
    return vld1_u8(reinterpret_cast<const std::uint8_t*>(at));
  }
  // Each byte shifted right (left where kShift < 0), and those bits of it.
  template <int kShift, int kMask>
  static Bytes bits_of(Bytes x) {
    return bits_of_each<kShift, kMask>(x, vdup_n_u8(kMask));
  }
  template <int kShift, int kMask>
  static Codes bits_of(Codes x) {
    const uint8x16_t mask = vdupq_n_u8(kMask);
    return {bits_of_each<kShift, kMask>(x.low, mask), bits_of_each<kShift, kMask>(x.high, mask)};
  }
  static Bytes join(Bytes a, Bytes b) { return a | b; }
  static Codes join(Codes a, Codes b) { return {a.low | b.low, a.high | b.high}; }
  static Bytes less(Bytes a, std::uint8_t b) { return a - vdup_n_u8(b); }
  static Float unsigned_floats(Bytes x) {
    const uint16x8_t wide = vmovl_u8(x);
    return {vcvtq_f32_u32(vmovl_u16(vget_low_u16(wide))), vcvtq_f32_u32(vmovl_high_u16(wide))};
  }
  static Float signed_floats(Bytes x) {
    const int16x8_t wide = vmovl_s8(vreinterpret_s8_u8(x));
    return {vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide))), vcvtq_f32_s32(vmovl_high_s16(wide))};
  }
  static Pairs make_pairs(Bytes even, Bytes odd) {
    return {vreinterpretq_s16_u16(vmovl_u8(even)), vreinterpretq_s16_u16(vmovl_u8(odd))};
  }
  static Codes load_codes(const std::byte* at) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(at);
    return {vld1q_u8(bytes), vld1q_u8(bytes + 16)};
  }
  static Codes look_up(const std::uint8_t* table, Codes indices) {
    const uint8x16_t line = vld1q_u8(table);
    return {vqtbl1q_u8(line, indices.low), vqtbl1q_u8(line, indices.high)};
  }
  // step * code + origin, of each row's four codes. REQUIRES: that they fit a byte.
  static Codes on_levels(Codes codes, Bytes step, Bytes origin) {
    static constexpr std::uint8_t kRows[32] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3,
                                               4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7};
    const auto four_times = [](Bytes rows) -> Codes {
      const uint8x16_t line = vcombine_u8(rows, rows);
      return {vqtbl1q_u8(line, vld1q_u8(kRows)), vqtbl1q_u8(line, vld1q_u8(kRows + 16))};
    };
    const Codes steps = four_times(step), origins = four_times(origin);
    return {vmlaq_u8(origins.low, codes.low, steps.low),
            vmlaq_u8(origins.high, codes.high, steps.high)};
  }
  static Bytes without_bias(Bytes x) { return x ^ vdup_n_u8(kWideCodeBias); }
  static Codes without_bias(Codes x) {
    const uint8x16_t bias = vdupq_n_u8(kWideCodeBias);
    return {x.low ^ bias, x.high ^ bias};
  }
  // Column kColumn (0..3) of the codes less `offset`.
  template <int kColumn>
  static Float column(Codes x, int offset) {
    const auto four = [&](uint8x16_t codes) {
      const uint32x4_t code = vreinterpretq_u32_u8(codes) >> (8 * kColumn) & vdupq_n_u32(255);
      return vcvtq_f32_s32(vreinterpretq_s32_u32(code) - vdupq_n_s32(offset));
    };
    return {four(x.low), four(x.high)};
  }

  // What a tile takes: words of 8 rows of the panel, words of an activation row.
  using Activations = int8x16_t;
  static Activations load_activations(const std::int8_t* at) {
    std::int32_t four = 0;
    std::memcpy(&four, at, sizeof(four));
    return vreinterpretq_s8_s32(vdupq_n_s32(four));
  }
  static Float load_rows(const float* at) { return load(at); }
  static Pairs load_row_pairs(const std::int32_t* at) {
    return load_pairs(reinterpret_cast<const std::byte*>(at));
  }
  static Float set_tokens(const float* at) { return set(*at); }
  static Int set_seeds(const std::int32_t* at) { return {vdupq_n_s32(*at), vdupq_n_s32(*at)}; }
  static Pair set_token_pairs(const std::int16_t* at) {
    std::int32_t both = 0;
    std::memcpy(&both, at, sizeof(both));
    return set_pair(both);
  }
  static void store_rows(float* at, std::size_t /*stride*/, std::size_t rows,
                         std::size_t /*tokens*/, Float x) {
    store_first(at, rows, x);
  }
  static void store_code_pair(std::uint8_t* at, Codes first, Codes second) {
    vst1q_u8(at, first.low);
    vst1q_u8(at + 16, first.high);
    vst1q_u8(at + 32, second.low);
    vst1q_u8(at + 48, second.high);
  }

private:
  template <class Operation>
  [[gnu::always_inline]] static Float each(Float a, Float b, Operation operation) {
    return {operation(a.low, b.low), operation(a.high, b.high)};
  }
  template <class Operation>
  [[gnu::always_inline]] static Doubles each_double(Doubles sum, Float x, Operation operation) {
    sum = operation(sum, vcvt_f64_f32(vget_low_f32(x.low)));
    sum = operation(sum, vcvt_high_f64_f32(x.low));
    sum = operation(sum, vcvt_f64_f32(vget_low_f32(x.high)));
    return operation(sum, vcvt_high_f64_f32(x.high));
  }
  // A shift that leaves only the bits of the mask needs none.
  template <int kShift, int kMask, class Register>
  [[gnu::always_inline]] static Register bits_of_each(Register x, Register mask) {
    if constexpr (kShift > 0) x = x >> kShift;
    if constexpr (kShift < 0) x = x << -kShift;
    constexpr int kLeft = kShift > 0 ? 255 >> kShift : 255 << -kShift & 255;
    if constexpr (kLeft == kMask) return x;
    return x & mask;
  }
};

} // namespace outpost::kernels::neon
