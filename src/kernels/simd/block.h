// Reading blocks of a panel (quant/encoding.h) half a line at a time: 8 rows. One instance per
// encoding, made from its shape alone; a vector of codes holds 8 rows x 4 consecutive k as unsigned
// bytes.
#pragma once
#include <cstddef>

#include "kernels/matmul.h"
#include "quant/encoding.h"

namespace outpost::kernels::simd {

using quant::Encoding;
using quant::EncodingShape;
using quant::ScaleLayout;

inline constexpr int kHalfRows = 8;

// An exact int32 dot product becomes a float without a conversion: the accumulator starts at the
// bit pattern of 1.5 * 2^23, where one step of the last place is 1, so its bits read as a float are
// 1.5 * 2^23 + dot. Then scale * dot = fma(scale, bits, -1.5 * 2^23 * scale), whose constant is
// exact (a scale has at most 18 significant bits), with the same single rounding as a product.
inline constexpr std::int32_t kFloatBiasBits = 0x4b400000; // 1.5 * 2^23
inline constexpr float kFloatBias = 12582912.0F;

template <class V>
[[gnu::always_inline]] inline typename V::Float bias_of(typename V::Float scale) {
  return V::mul(scale, V::set(-kFloatBias));
}

// The product of a dot product, as the bits of an accumulator, and a short activation scale,
// exactly. The subtraction costs little: it has ports of its own on many processors.
template <class V>
[[gnu::always_inline]] inline typename V::Float exact_product(typename V::Float bits,
                                                              typename V::Float activation_scale) {
  return V::mul(V::sub(bits, V::set(kFloatBias)), activation_scale);
}

template <class V, Encoding kEncoding>
struct Block {
  using Float = typename V::Float;
  using Bytes = typename V::Bytes;
  using Codes = typename V::Codes;

  static constexpr EncodingShape kShape = quant::shape_of(kEncoding);
  static constexpr bool kIsWide = kShape.low_bits == 8 || kShape.is_table || kShape.has_levels();
  static constexpr int kBits = kIsWide ? 8 : int(kShape.low_bits + kShape.high_bits);
  // What is left of the offset in the codes that dot products take.
  static constexpr int kDotOffset = int(kShape.offset) - (kIsWide ? V::kWideCodeBias : 0);

  // Scale of group g for rows 8 * half .. 8 * half + 7.
  [[gnu::always_inline]] static Float scale(const std::byte* block, int g, int half) {
    const std::byte* group = block + 64 + 16 * g + 8 * half; // of the lines of bytes
    if constexpr (kShape.cols == 64) return V::load_halves(block + 32 * g + 16 * half);
    if constexpr (kShape.scales == ScaleLayout::kOne) return load_floats(block + 32 * half);
    if constexpr (kShape.scales == ScaleLayout::kSub4Min)
      return V::mul(V::load_halves(block + 16 * half),
                    V::unsigned_floats(V::template bits_of<0, 15>(V::load_bytes(group))));
    if constexpr (kShape.scales == ScaleLayout::kSub6Min)
      return V::mul(V::load_halves(block + 16 * half), V::unsigned_floats(sub6<0>(block, g, half)));
    const Float d = load_floats(block + 32 * half);
    if constexpr (kShape.scales == ScaleLayout::kSub6Signed)
      return V::mul(d, V::signed_floats(sub6_signed(block, g, half)));
    return V::mul(d, V::signed_floats(V::load_bytes(group)));
  }

  // Zero where the encoding has none.
  [[gnu::always_inline]] static Float minimum(const std::byte* block, int g, int half) {
    if constexpr (!kShape.has_minimum) return V::zero();
    if constexpr (kShape.cols == 64) return V::load_halves(block + 64 + 32 * g + 16 * half);
    return V::mul(minimum_scale(block, half), V::unsigned_floats(sub_minimum(block, g, half)));
  }

  // Super blocks with minimums: minimum = minimum_scale * sub-minimum.
  [[gnu::always_inline]] static Float minimum_scale(const std::byte* block, int half) {
    return V::load_halves(block + 32 + 16 * half);
  }
  // The sub-minimums of groups 2 * pair and 2 * pair + 1.
  [[gnu::always_inline]] static typename V::Pairs minimum_pairs(const std::byte* block, int pair,
                                                                int half) {
    return V::make_pairs(sub_minimum(block, 2 * pair, half),
                         sub_minimum(block, 2 * pair + 1, half));
  }

  // Of super blocks: spans that have one activation scale, and the groups of each.
  static constexpr int kSpans = int(kShape.cols / kWideActivationGroup);
  static constexpr int kSpanGroups = int(kWideActivationGroup / kShape.group);

  // Where the sum of a span starts: what the start values of its accumulators will add.
  [[gnu::always_inline]] static Float start(const std::byte* block, int span, int half) {
    Float sum = V::zero();
    for (int g = span * kSpanGroups; g < (span + 1) * kSpanGroups; ++g)
      sum = V::add(sum, bias_of<V>(scale(block, g, half)));
    return sum;
  }

  // Codes of k-group kGroup (0..15, 4 columns each) of chunk `chunk` (64 columns).
  template <int kGroup>
  [[gnu::always_inline]] static Codes codes(const std::byte* block, int chunk, int half) {
    const Codes stored = stored_codes<kGroup>(block, chunk, half);
    if constexpr (kShape.is_table) return V::look_up(quant::kTableValues.data(), stored);
    if constexpr (kShape.has_levels()) {
      const std::byte* step = step_at(block, kGroup * 4 / int(kShape.group), half);
      return V::on_levels(stored, V::load_bytes(step), V::load_bytes(step + 32));
    }
    return stored;
  }

  // The same less V::kWideCodeBias where they are wide: as dot products take them.
  template <int kGroup>
  [[gnu::always_inline]] static Codes dot_codes(const std::byte* block, int chunk, int half) {
    if constexpr (kShape.has_levels()) {
      const std::byte* step = step_at(block, kGroup * 4 / int(kShape.group), half);
      return V::on_levels(stored_codes<kGroup>(block, chunk, half), V::load_bytes(step),
                          V::without_bias(V::load_bytes(step + 32)));
    }
    const Codes code = codes<kGroup>(block, chunk, half);
    if constexpr (kIsWide) return V::without_bias(code);
    return code;
  }

  // The same as they are stored: not looked up, not on levels.
  template <int kGroup>
  [[gnu::always_inline]] static Codes stored_codes(const std::byte* block, int chunk, int half) {
    constexpr int kLow = int(kShape.low_bits);
    constexpr int kHigh = int(kShape.high_bits);
    const std::byte* low = block + kShape.scale_bytes() + chunk * kLow * 128 + 32 * half;
    Codes code = field<kLow, kGroup, 0>(low);
    if constexpr (kHigh != 0) {
      const std::byte* high =
          block + kShape.scale_bytes() + kShape.low_bytes() + chunk * kHigh * 128 + 32 * half;
      code = V::join(code, field<kHigh, kGroup, kLow>(high));
    }
    return code;
  }

  // On levels: those of group g, for rows 8 * half ..; the origin less 128. Else zero.
  [[gnu::always_inline]] static Float step(const std::byte* block, int g, int half) {
    if constexpr (!kShape.has_levels()) return V::zero();
    return V::unsigned_floats(V::load_bytes(step_at(block, g, half)));
  }
  [[gnu::always_inline]] static Float origin(const std::byte* block, int g, int half) {
    if constexpr (!kShape.has_levels()) return V::zero();
    return V::sub(V::unsigned_floats(V::load_bytes(step_at(block, g, half) + 32)),
                  V::set(float(kShape.offset)));
  }

private:
  // Where the steps of group g lie; 32 bytes further its origins.
  static const std::byte* step_at(const std::byte* block, int g, int half) {
    return block + 64 + 16 * g + 8 * half;
  }

  static Float load_floats(const std::byte* at) {
    return V::load(reinterpret_cast<const float*>(at));
  }

  // The field of k-group kGroup in a plane of kPlaneBits per code, moved to bit kTo of each byte.
  template <int kPlaneBits, int kGroup, int kTo>
  [[gnu::always_inline]] static Codes field(const std::byte* plane) {
    constexpr quant::CodePlace kPlace = quant::code_place(kGroup * 4, kPlaneBits);
    const Codes v = V::load_codes(plane + kPlace.vector * 64);
    if constexpr (kPlaneBits == 8) return v;
    return V::template bits_of<int(kPlace.shift) - kTo, ((1 << kPlaneBits) - 1) << kTo>(v);
  }

  static Bytes sub_minimum(const std::byte* block, int g, int half) {
    if constexpr (kShape.scales == ScaleLayout::kSub4Min)
      return V::template bits_of<4, 15>(V::load_bytes(block + 64 + 16 * g + 8 * half));
    return sub6<1>(block, g, half);
  }

  // kSub6Min: the 6 bits of group g in line kLine (0 scales, 1 minimums).
  template <int kLine>
  [[gnu::always_inline]] static Bytes sub6(const std::byte* block, int g, int half) {
    const std::byte* at = block + 64 + 16 * (g % 4) + 8 * half;
    const Bytes own = V::load_bytes(at + 64 * kLine);
    if (g < 4) return V::template bits_of<0, 63>(own);
    const Bytes upper = V::template bits_of<4 * kLine - 2, 15 << 2>(V::load_bytes(at + 128));
    return V::join(V::template bits_of<6, 3>(own), upper);
  }

  [[gnu::always_inline]] static Bytes sub6_signed(const std::byte* block, int g, int half) {
    const std::byte* at = block + 64 + 16 * (g % 4) + 8 * half;
    if (g < 12) return V::less(V::template bits_of<0, 63>(V::load_bytes(at + 64 * (g / 4))), 32);
    Bytes value = V::template bits_of<6, 3>(V::load_bytes(at));
    value = V::join(value, V::template bits_of<4, 3 << 2>(V::load_bytes(at + 64)));
    value = V::join(value, V::template bits_of<2, 3 << 4>(V::load_bytes(at + 128)));
    return V::less(value, 32);
  }
};

} // namespace outpost::kernels::simd
