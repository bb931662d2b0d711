// Reading blocks of a panel (quant/encoding.h) with 512-bit vectors. One instance per encoding,
// made from its shape alone; a vector of codes holds 16 rows x 4 consecutive k as unsigned bytes.
#pragma once
#include <immintrin.h>
#include <type_traits>

#include "kernels/avx512/arithmetic.h"
#include "quant/encoding.h"

namespace outpost::kernels::avx512 {

using quant::Encoding;
using quant::EncodingShape;
using quant::ScaleLayout;

inline __m512i load_line(const std::byte* at) { return _mm512_load_si512(at); }

inline __m512 load_halves(const std::byte* at) {
  return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(at)));
}

// Sixteen bytes of a line as floats times `scale`; `kQuarter` of 0..3.
template <int kQuarter, bool kSigned>
__m512 scaled_bytes(__m512i line, __m512 scale) {
  const __m128i bytes = _mm512_extracti32x4_epi32(line, kQuarter);
  const __m512i wide = kSigned ? _mm512_cvtepi8_epi32(bytes) : _mm512_cvtepu8_epi32(bytes);
  return _mm512_mul_ps(_mm512_cvtepi32_ps(wide), scale);
}

template <bool kSigned>
void scaled_line(__m512i line, __m512 scale, __m512* out) {
  out[0] = scaled_bytes<0, kSigned>(line, scale);
  out[1] = scaled_bytes<1, kSigned>(line, scale);
  out[2] = scaled_bytes<2, kSigned>(line, scale);
  out[3] = scaled_bytes<3, kSigned>(line, scale);
}

// Bytes of groups 2 * kPair and 2 * kPair + 1 of a line, as pairs of 16 bits for each row.
template <int kPair>
__m512i byte_pairs(__m512i line) {
  const __m512i even = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(line, 2 * kPair));
  const __m512i odd = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(line, 2 * kPair + 1));
  return _mm512_or_si512(even, _mm512_slli_epi32(odd, 16));
}

inline __m512i bits_of(__m512i line, unsigned shift, char mask) {
  return _mm512_and_si512(_mm512_srli_epi16(line, shift), _mm512_set1_epi8(mask));
}

// A byte of each row, as 32 bits.
inline __m512i load_row_bytes(const std::byte* at) {
  return _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(at)));
}

// Of encodings on levels: each group's, as the codes of 4 columns of 16 rows need them.
struct Levels {
  __m512i step[2]; // in 16 bits each: a product with two codes stays within their bytes
  __m512i origin[2];

  [[gnu::always_inline]] void load(const std::byte* block) {
    for (int g = 0; g < 2; ++g) {
      const __m512i one = load_row_bytes(block + 64 + 16 * g);
      step[g] = _mm512_or_si512(one, _mm512_slli_epi32(one, 16));
      origin[g] = _mm512_shuffle_epi8(load_row_bytes(block + 96 + 16 * g), first_of_four());
    }
  }

private:
  static __m512i first_of_four() {
    return _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
  }
};
struct NoLevels {
  void load(const std::byte* /*block*/) {}
};

// Where the codes of 64 columns lie: the plane of the low bits, and that of the others.
struct Chunk {
  const std::byte* low;
  const std::byte* high;
};

template <Encoding kEncoding>
struct Block {
  static constexpr EncodingShape kShape = quant::shape_of(kEncoding);
  // Vectors of scales: ternary has one for all groups.
  static constexpr int kScales = kShape.scales == ScaleLayout::kOne ? 1 : int(kShape.groups());

  static constexpr bool kIsSuper = kShape.is_super();
  static constexpr int kPairs = kIsSuper && kShape.has_minimum ? int(kShape.groups()) / 2 : 0;

  using BlockLevels = std::conditional_t<kShape.has_levels(), Levels, NoLevels>;

  __m512 scale[kScales];
  __m512 minimum[kShape.has_minimum && !kIsSuper ? kScales : 1];
  __m512i minimum_pairs[kPairs == 0 ? 1 : kPairs]; // 16-bit sub-minimums of two groups
  __m512 minimum_scale;
  [[no_unique_address]] BlockLevels levels;

  [[gnu::always_inline]] __m512 scale_of(int g) const { return scale[kScales == 1 ? 0 : g]; }

  // Zero where the encoding has none.
  [[gnu::always_inline]] __m512 minimum_of(int g) const {
    if constexpr (kPairs != 0) {
      const __m512i pair = minimum_pairs[g / 2];
      const __m512i value = g % 2 == 0 ? _mm512_and_si512(pair, _mm512_set1_epi32(0xffff))
                                       : _mm512_srli_epi32(pair, 16);
      return _mm512_mul_ps(minimum_scale, _mm512_cvtepi32_ps(value));
    }
    if constexpr (kShape.has_minimum) return minimum[g];
    return _mm512_setzero_ps();
  }

  // Of super blocks: spans that have one activation scale, and the groups of each.
  static constexpr int kSpans = int(kShape.cols / kWideActivationGroup);
  static constexpr int kSpanGroups = int(kWideActivationGroup / kShape.group);

  // Where the sum of a span starts: what the start values of its accumulators will add.
  [[gnu::always_inline]] __m512 start(int span) const {
    __m512 sum = _mm512_setzero_ps();
    for (int g = span * kSpanGroups; g < (span + 1) * kSpanGroups; ++g)
      sum = _mm512_add_ps(sum, bias_of(scale_of(g)));
    return sum;
  }

  [[gnu::always_inline]] void load_scales(const std::byte* block) {
    levels.load(block);
    if constexpr (kShape.scales == ScaleLayout::kOne) {
      scale[0] = _mm512_load_ps(block);
    } else if constexpr (kShape.cols == 64) {
      for (int g = 0; g < 2; ++g) {
        scale[g] = load_halves(block + 32 * g);
        if constexpr (kShape.has_minimum) minimum[g] = load_halves(block + 64 + 32 * g);
      }
    } else if constexpr (kShape.scales == ScaleLayout::kSub4Min) {
      load_sub4_min(block);
    } else if constexpr (kShape.scales == ScaleLayout::kSub6Min) {
      load_sub6_min(block);
    } else if constexpr (kShape.scales == ScaleLayout::kSub6Signed) {
      load_sub6_signed(block);
    } else {
      const __m512 d = _mm512_load_ps(block);
      for (int i = 0; i < 4; ++i)
        scaled_line<true>(load_line(block + 64 + 64 * i), d, scale + 4 * i);
    }
  }

  // Chunk `chunk` (64 columns).
  [[gnu::always_inline]] static Chunk chunk_of(const std::byte* block, std::size_t chunk) {
    const std::byte* low = block + kShape.scale_bytes();
    return {low + chunk * kShape.low_bits * 128,
            low + kShape.low_bytes() + chunk * kShape.high_bits * 128};
  }

  // Codes of k-group kGroup (0..15, 4 columns each) of a chunk. `levels`: the block's.
  template <int kGroup>
  [[gnu::always_inline]] static __m512i codes(const Chunk& chunk, const BlockLevels& levels) {
    const __m512i stored = stored_codes<kGroup>(chunk);
    if constexpr (kShape.is_table) return _mm512_shuffle_epi8(table(), stored);
    if constexpr (kShape.has_levels()) {
      constexpr int kIndex = kGroup * 4 / int(kShape.group);
      return _mm512_add_epi8(_mm512_mullo_epi16(stored, levels.step[kIndex]),
                             levels.origin[kIndex]);
    }
    return stored;
  }

  // The same as they are stored, for few rows on levels: there
  //   sum of (step * stored + origin - 128) * activation = step * dot + (origin - 128) * sum
  template <int kGroup>
  [[gnu::always_inline]] static __m512i stored_codes(const Chunk& chunk) {
    constexpr int kLow = int(kShape.low_bits);
    constexpr int kHigh = int(kShape.high_bits);
    __m512i code = field<kLow, kGroup, 0>(chunk.low);
    if constexpr (kHigh != 0) code = _mm512_or_si512(code, field<kHigh, kGroup, kLow>(chunk.high));
    return code;
  }
  static __m512 step_of(const std::byte* block, int g) {
    return _mm512_cvtepi32_ps(load_row_bytes(block + 64 + 16 * g));
  }
  // Less 128.
  static __m512 origin_of(const std::byte* block, int g) {
    const __m512i origin = load_row_bytes(block + 96 + 16 * g);
    return _mm512_cvtepi32_ps(_mm512_sub_epi32(origin, _mm512_set1_epi32(int(kShape.offset))));
  }

private:
  // The field of k-group kGroup in a plane of kBits per code, moved to bit kTo of each byte.
  template <int kBits, int kGroup, int kTo>
  [[gnu::always_inline]] static __m512i field(const std::byte* plane) {
    constexpr quant::CodePlace kPlace = quant::code_place(kGroup * 4, kBits);
    constexpr int kShift = int(kPlace.shift) - kTo;
    __m512i v = load_line(plane + kPlace.vector * 64);
    if constexpr (kBits == 8) return v;
    if constexpr (kShift > 0) v = _mm512_srli_epi16(v, kShift);
    if constexpr (kShift < 0) v = _mm512_slli_epi16(v, -kShift);
    return _mm512_and_si512(v, _mm512_set1_epi8(char(((1 << kBits) - 1) << kTo)));
  }

  static __m512i table() {
    return _mm512_broadcast_i32x4(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(quant::kTableValues.data())));
  }

  void load_sub4_min(const std::byte* block) {
    const __m512 d = load_halves(block);
    minimum_scale = load_halves(block + 32);
    for (int i = 0; i < 4; ++i) {
      const __m512i line = load_line(block + 64 + 64 * i);
      scaled_line<false>(bits_of(line, 0, 15), d, scale + 4 * i);
      load_minimum_pairs(bits_of(line, 4, 15), 2 * i);
    }
  }

  void load_sub6_min(const std::byte* block) {
    const __m512 d = load_halves(block);
    minimum_scale = load_halves(block + 32);
    const __m512i a = load_line(block + 64);
    const __m512i b = load_line(block + 128);
    const __m512i c = load_line(block + 192);
    scaled_line<false>(bits_of(a, 0, 63), d, scale);
    load_minimum_pairs(bits_of(b, 0, 63), 0);
    const __m512i c_low = _mm512_slli_epi16(bits_of(c, 0, 15), 2);
    const __m512i c_high = _mm512_slli_epi16(bits_of(c, 4, 15), 2);
    scaled_line<false>(_mm512_or_si512(bits_of(a, 6, 3), c_low), d, scale + 4);
    load_minimum_pairs(_mm512_or_si512(bits_of(b, 6, 3), c_high), 2);
  }

  // The sub-minimums of four groups.
  [[gnu::always_inline]] void load_minimum_pairs(__m512i line, int pair) {
    minimum_pairs[pair] = byte_pairs<0>(line);
    minimum_pairs[pair + 1] = byte_pairs<1>(line);
  }

  void load_sub6_signed(const std::byte* block) {
    const __m512 d = _mm512_load_ps(block);
    const __m512i bias = _mm512_set1_epi8(32);
    __m512i last = _mm512_setzero_si512();
    for (int i = 0; i < 3; ++i) {
      const __m512i line = load_line(block + 64 + 64 * i);
      scaled_line<true>(_mm512_sub_epi8(bits_of(line, 0, 63), bias), d, scale + 4 * i);
      last = _mm512_or_si512(last, _mm512_slli_epi16(bits_of(line, 6, 3), 2 * i));
    }
    scaled_line<true>(_mm512_sub_epi8(last, bias), d, scale + 12);
  }
};

} // namespace outpost::kernels::avx512
