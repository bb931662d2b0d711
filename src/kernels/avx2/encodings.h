// The kernels that are instantiated per encoding, as one table row each.
#pragma once
#include <utility>

#include "kernels/avx2/stream.h"
#include "kernels/avx2/tile.h"

namespace outpost::kernels::avx2 {

struct EncodingKernels {
  // Multiplies 1 .. kStreamRows rows, at index rows - 1.
  using Multiply = void (*)(const quant::PackedMatrix& w, std::uint32_t panel_begin,
                            std::uint32_t panel_end, const PreparedRows& x, float* out,
                            std::size_t out_stride);
  Multiply stream[kStreamRows];

  // Multiplies 1 .. kTileTokens rows by an unpacked panel, at index rows - 1.
  using Tile = void (*)(const UnpackedPanels& w, const PreparedRows& x, const TileOutput& output);
  Tile tile[kTileTokens];

  void (*unpack)(const std::byte* panel, std::uint32_t cols, const UnpackedPanels& out);
  // Weights of `cols` columns (whole blocks) as float [k][16 rows].
  void (*decode)(const std::byte* blocks, std::uint32_t cols, float* out);
};

// nullptr for the float encodings.
const EncodingKernels* kernels_of(Encoding encoding);

// Families of encodings, a file each to keep compile times apart.
extern const EncodingKernels kQ4HalfKernels, kQ4HalfMinKernels, kQ4TableKernels, kQ5HalfKernels,
    kQ5HalfMinKernels, kQ8HalfKernels, kQ2Sub16Kernels, kQ3Sub16Kernels, kQ4Sub32Kernels,
    kQ5Sub32Kernels, kQ6Sub16Kernels, kTernaryKernels;

template <Encoding kEncoding, int... kGroup>
[[gnu::always_inline]] inline void unpack_chunk(const std::byte* block, int chunk, int half,
                                                std::uint8_t* out,
                                                std::integer_sequence<int, kGroup...> /*groups*/) {
  (_mm256_store_si256(reinterpret_cast<__m256i*>(out + kGroup * 64),
                      Block<kEncoding>::template codes<kGroup>(block, chunk, half)),
   ...);
}

// The scales of block `b` of a panel.
template <Encoding kEncoding>
void unpack_scales(const std::byte* block, std::size_t b, int half, const UnpackedPanels& out) {
  using Head = Block<kEncoding>;
  constexpr EncodingShape kShape = Head::kShape;
  const std::size_t first = b * kShape.groups(), lane = 8 * static_cast<std::size_t>(half);
  for (int g = 0; g < int(kShape.groups()); ++g) {
    const std::size_t at = (first + static_cast<std::size_t>(g)) * 16 + lane;
    _mm256_store_ps(out.scales + at, Head::scale(block, g, half));
    if constexpr (kShape.has_minimum && !kShape.is_super())
      _mm256_store_ps(out.minimums + at, Head::minimum(block, g, half));
  }
  if constexpr (!kShape.is_super()) return;
  for (int span = 0; span < Head::kSpans; ++span) {
    const std::size_t at = (b * Head::kSpans + static_cast<std::size_t>(span)) * 16 + lane;
    _mm256_store_ps(out.starts + at, Head::start(block, span, half));
    if constexpr (kShape.has_minimum)
      _mm256_store_ps(out.minimum_scales + at, Head::minimum_scale(block, half));
  }
  if constexpr (!kShape.has_minimum) return;
  for (int pair = 0; pair < int(kShape.groups()) / 2; ++pair) {
    const std::size_t at = (first / 2 + static_cast<std::size_t>(pair)) * 16 + lane;
    _mm256_store_si256(reinterpret_cast<__m256i*>(out.minimum_pairs + at),
                       Head::minimum_pair(block, pair, half));
  }
}

template <Encoding kEncoding>
void unpack(const std::byte* panel, std::uint32_t cols, const UnpackedPanels& out) {
  constexpr EncodingShape kShape = Block<kEncoding>::kShape;
  std::uint8_t* codes = out.codes;
  for (std::size_t block = 0; block < cols / kShape.cols; ++block, panel += kShape.bytes()) {
    for (int half = 0; half < 2; ++half) unpack_scales<kEncoding>(panel, block, half, out);
    for (int chunk = 0; chunk < int(kShape.cols / 64); ++chunk, codes += 16 * 64)
      for (int half = 0; half < 2; ++half)
        unpack_chunk<kEncoding>(panel, chunk, half, codes + 32 * half,
                                std::make_integer_sequence<int, 16>{});
  }
}

template <Encoding kEncoding, int... kGroup>
[[gnu::always_inline]] inline void decode_chunk(const std::byte* block, int chunk, int half,
                                                float* out,
                                                std::integer_sequence<int, kGroup...> /*groups*/) {
  using Head = Block<kEncoding>;
  const __m256i byte = _mm256_set1_epi32(255);
  const __m256i offset = _mm256_set1_epi32(int(Head::kShape.offset));
  const auto decode_group = [&](__m256i codes, int group) __attribute__((always_inline)) {
    const int g = (chunk * 64 + group * 4) / int(Head::kShape.group);
    const __m256 scale = Head::scale(block, g, half);
    const __m256 minimum = Head::minimum(block, g, half);
    for (int i = 0; i < 4; ++i, codes = _mm256_srli_epi32(codes, 8)) {
      const __m256i code = _mm256_sub_epi32(_mm256_and_si256(codes, byte), offset);
      const __m256 product = _mm256_mul_ps(scale, _mm256_cvtepi32_ps(code));
      _mm256_store_ps(out + (group * 4 + i) * 16, _mm256_sub_ps(product, minimum));
    }
  };
  (decode_group(Head::template codes<kGroup>(block, chunk, half), kGroup), ...);
}

template <Encoding kEncoding>
void decode(const std::byte* blocks, std::uint32_t cols, float* out) {
  using Head = Block<kEncoding>;
  for (std::uint32_t col = 0; col < cols; col += Head::kShape.cols) {
    for (int chunk = 0; chunk < int(Head::kShape.cols / 64); ++chunk, out += 64 * 16)
      for (int half = 0; half < 2; ++half)
        decode_chunk<kEncoding>(blocks, chunk, half, out + 8 * half,
                                std::make_integer_sequence<int, 16>{});
    blocks += Head::kShape.bytes();
  }
}

template <Encoding kEncoding, int... kRow>
constexpr EncodingKernels make_kernels(std::integer_sequence<int, kRow...> /*rows*/) {
  using Head = Block<kEncoding>;
  return {{&Stream<kEncoding, kRow + 1>::multiply...},
          {&multiply_tile<kRow + 1, int(Head::kShape.group), Head::kBits, Head::kShape.has_minimum,
                          Head::kShape.is_super()>...},
          &unpack<kEncoding>,
          &decode<kEncoding>};
}
template <Encoding kEncoding>
constexpr EncodingKernels make_kernels() {
  return make_kernels<kEncoding>(std::make_integer_sequence<int, int(kStreamRows)>{});
}

} // namespace outpost::kernels::avx2
