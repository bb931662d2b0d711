// What stands behind encodings.h: unpacking, decoding, and the rows of the table.
#pragma once
#include "kernels/simd/encodings.h"

namespace outpost::kernels::simd {

template <class V, Encoding kEncoding, int... kPair>
[[gnu::always_inline]] inline void unpack_chunk(const std::byte* block, int chunk, int half,
                                                std::uint8_t* out,
                                                std::integer_sequence<int, kPair...> /*pairs*/) {
  using Head = Block<V, kEncoding>;
  (V::Tile::store_code_pair(out + kPair * 64,
                            Head::template dot_codes<2 * kPair>(block, chunk, half),
                            Head::template dot_codes<2 * kPair + 1>(block, chunk, half)),
   ...);
}

// The scales of block `b` of a panel.
template <class V, Encoding kEncoding>
void unpack_scales(const std::byte* block, std::size_t b, int half, const UnpackedPanels& out) {
  using Head = Block<V, kEncoding>;
  constexpr EncodingShape kShape = Head::kShape;
  const std::size_t first = b * kShape.groups(), lane = kHalfRows * static_cast<std::size_t>(half);
  for (int g = 0; g < int(kShape.groups()); ++g) {
    const std::size_t at = (first + static_cast<std::size_t>(g)) * 16 + lane;
    V::store(out.scales + at, Head::scale(block, g, half));
    if constexpr (kShape.has_minimum && !kShape.is_super())
      V::store(out.minimums + at, Head::minimum(block, g, half));
  }
  if constexpr (!kShape.is_super()) return;
  for (int span = 0; span < Head::kSpans; ++span) {
    const std::size_t at = (b * Head::kSpans + static_cast<std::size_t>(span)) * 16 + lane;
    V::store(out.starts + at, Head::start(block, span, half));
    if constexpr (kShape.has_minimum)
      V::store(out.minimum_scales + at, Head::minimum_scale(block, half));
  }
  if constexpr (!kShape.has_minimum) return;
  for (int pair = 0; pair < int(kShape.groups()) / 2; ++pair) {
    const std::size_t at = (first / 2 + static_cast<std::size_t>(pair)) * 16 + lane;
    V::store_pairs(out.minimum_pairs + at, Head::minimum_pairs(block, pair, half));
  }
}

template <class V, Encoding kEncoding>
void unpack(const std::byte* panel, std::uint32_t cols, const UnpackedPanels& out) {
  constexpr EncodingShape kShape = quant::shape_of(kEncoding);
  std::uint8_t* codes = out.codes;
  for (std::size_t block = 0; block < cols / kShape.cols; ++block, panel += kShape.bytes()) {
    for (int half = 0; half < 2; ++half) unpack_scales<V, kEncoding>(panel, block, half, out);
    for (int chunk = 0; chunk < int(kShape.cols / 64); ++chunk, codes += 64 * kHalfRows)
      for (int half = 0; half < 2; ++half)
        unpack_chunk<V, kEncoding>(panel, chunk, half, codes + std::size_t(half) * cols * kHalfRows,
                                   std::make_integer_sequence<int, 8>{});
  }
}

template <class V, Encoding kEncoding, int... kGroup>
[[gnu::always_inline]] inline void decode_chunk(const std::byte* block, int chunk, int half,
                                                float* out,
                                                std::integer_sequence<int, kGroup...> /*groups*/) {
  using Head = Block<V, kEncoding>;
  const auto decode_group = [&](typename V::Codes codes, int group) __attribute__((always_inline)) {
    const int g = (chunk * 64 + group * 4) / int(Head::kShape.group);
    const auto scale = Head::scale(block, g, half);
    const auto minimum = Head::minimum(block, g, half);
    const auto decode_column = [&]<int column>() __attribute__((always_inline)) {
      const auto code = V::template column<column>(codes, int(Head::kShape.offset));
      V::store(out + (group * 4 + column) * 16, V::sub(V::mul(scale, code), minimum));
    };
    decode_column.template operator()<0>();
    decode_column.template operator()<1>();
    decode_column.template operator()<2>();
    decode_column.template operator()<3>();
  };
  (decode_group(Head::template codes<kGroup>(block, chunk, half), kGroup), ...);
}

template <class V, Encoding kEncoding>
void decode(const std::byte* blocks, std::uint32_t cols, float* out) {
  constexpr EncodingShape kShape = quant::shape_of(kEncoding);
  for (std::uint32_t col = 0; col < cols; col += kShape.cols) {
    for (int chunk = 0; chunk < int(kShape.cols / 64); ++chunk, out += 64 * 16)
      for (int half = 0; half < 2; ++half)
        decode_chunk<V, kEncoding>(blocks, chunk, half, out + kHalfRows * half,
                                   std::make_integer_sequence<int, 16>{});
    blocks += kShape.bytes();
  }
}

template <class V, Encoding kEncoding, int... kRow, int... kColumn>
constexpr EncodingKernels<V> make_kernels(std::integer_sequence<int, kRow...> /*rows*/,
                                          std::integer_sequence<int, kColumn...> /*columns*/) {
  using Head = Block<V, kEncoding>;
  constexpr EncodingShape kShape = Head::kShape;
  return {{&Stream<V, kEncoding, kRow + 1>::multiply...},
          {&multiply_tile<typename V::Tile, kColumn + 1, int(kShape.group), Head::kBits,
                          kShape.has_minimum, kShape.is_super()>...},
          &unpack<V, kEncoding>,
          &decode<V, kEncoding>,
          Stream<V, kEncoding, 1>::kDotOffset,
          Head::kDotOffset};
}

template <class V, Encoding kEncoding>
inline constexpr EncodingKernels<V> kKernels =
    make_kernels<V, kEncoding>(std::make_integer_sequence<int, int(kStreamRows)>{},
                               std::make_integer_sequence<int, V::Tile::kColumns>{});

template <class V>
const EncodingKernels<V>* PlainEncodings<V>::kernels_of(Encoding encoding) {
  switch (encoding) {
  case Encoding::kQ4Half: return &kKernels<V, Encoding::kQ4Half>;
  case Encoding::kQ4HalfMin: return &kKernels<V, Encoding::kQ4HalfMin>;
  case Encoding::kQ4Table: return &kKernels<V, Encoding::kQ4Table>;
  case Encoding::kQ5Half: return &kKernels<V, Encoding::kQ5Half>;
  case Encoding::kQ5HalfMin: return &kKernels<V, Encoding::kQ5HalfMin>;
  case Encoding::kQ8Half: return &kKernels<V, Encoding::kQ8Half>;
  case Encoding::kQ4Levels: return &kKernels<V, Encoding::kQ4Levels>;
  case Encoding::kQ5Levels: return &kKernels<V, Encoding::kQ5Levels>;
  default: return nullptr;
  }
}

template <class V>
const EncodingKernels<V>* SuperEncodings<V>::kernels_of(Encoding encoding) {
  switch (encoding) {
  case Encoding::kQ2Sub16: return &kKernels<V, Encoding::kQ2Sub16>;
  case Encoding::kQ3Sub16: return &kKernels<V, Encoding::kQ3Sub16>;
  case Encoding::kQ4Sub32: return &kKernels<V, Encoding::kQ4Sub32>;
  case Encoding::kQ5Sub32: return &kKernels<V, Encoding::kQ5Sub32>;
  case Encoding::kQ6Sub16: return &kKernels<V, Encoding::kQ6Sub16>;
  case Encoding::kTernary: return &kKernels<V, Encoding::kTernary>;
  default: return nullptr;
  }
}

} // namespace outpost::kernels::simd
