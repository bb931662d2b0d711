// Float matrix multiplication: weights are turned into float (a few columns at a time for the
// quantised encodings, into scratch) and multiplied by fma, one chain over k for each output.
#pragma once
#include <span>

#include "kernels/simd/encodings.h"

namespace outpost::kernels::simd {

inline constexpr std::uint32_t kDecodedColumns = 256; // at a time
inline constexpr int kFloatTokens = 4;

// Column k of a panel of float weights, rows 8 * half .. ; kF32 also stands for decoded ones.
template <class V, Encoding kEncoding>
[[gnu::always_inline]] inline typename V::Float load_weights(const std::byte* panel,
                                                             std::uint32_t k, int half) {
  if constexpr (kEncoding == Encoding::kF32)
    return V::load(reinterpret_cast<const float*>(panel + std::size_t{k} * 64 + 32 * half));
  if constexpr (kEncoding == Encoding::kF16)
    return V::load_halves(panel + std::size_t{k} * 32 + 16 * half);
  return V::load_bf16(panel + std::size_t{k} / 2 * 64 + 32 * half, k % 2 != 0);
}

struct FloatTile {
  const float* x;
  std::size_t x_stride;
  float* out;
  std::size_t out_stride;
  std::uint32_t rows; // that exist, of 16
  bool is_first;      // block of columns: sums start at zero, not at `out`
};

template <class V, Encoding kEncoding, int kCount>
void multiply_float_tile(const std::byte* panel, std::uint32_t cols, const FloatTile& tile) {
  const std::uint32_t rows[2] = {tile.rows, tile.rows > kHalfRows ? tile.rows - kHalfRows : 0};
  typename V::Float sum[2][kCount];
  for (int half = 0; half < 2; ++half)
    for (int t = 0; t < kCount; ++t) {
      const float* out = tile.out + t * tile.out_stride + kHalfRows * half;
      sum[half][t] = tile.is_first ? V::zero() : V::load_first(out, rows[half]);
    }
  for (std::uint32_t k = 0; k < cols; ++k)
    for (int half = 0; half < 2; ++half) {
      const auto weights = load_weights<V, kEncoding>(panel, k, half);
      for (int t = 0; t < kCount; ++t)
        sum[half][t] = V::fma(weights, V::set(tile.x[t * tile.x_stride + k]), sum[half][t]);
    }
  for (int half = 0; half < 2; ++half)
    for (int t = 0; t < kCount; ++t)
      V::store_first(tile.out + t * tile.out_stride + kHalfRows * half, rows[half], sum[half][t]);
}

template <class V, Encoding kEncoding, int... kToken>
void multiply_float_rows(const std::byte* panel, std::uint32_t cols, std::uint32_t row_count,
                         FloatTile tile, std::integer_sequence<int, kToken...> /*tokens*/) {
  using Kernel = void (*)(const std::byte*, std::uint32_t, const FloatTile&);
  static constexpr Kernel kTiles[] = {&multiply_float_tile<V, kEncoding, kToken + 1>...};
  while (row_count > 0) {
    const std::uint32_t tokens = row_count < sizeof...(kToken) ? row_count : sizeof...(kToken);
    kTiles[tokens - 1](panel, cols, tile);
    tile.x += tokens * tile.x_stride;
    tile.out += tokens * tile.out_stride;
    row_count -= tokens;
  }
}

template <class V, Encoding kEncoding>
void multiply_float_rows(const std::byte* panel, std::uint32_t cols, std::uint32_t row_count,
                         const FloatTile& tile) {
  multiply_float_rows<V, kEncoding>(panel, cols, row_count, tile,
                                    std::make_integer_sequence<int, kFloatTokens>{});
}

template <class V>
void multiply_float_panel(Encoding encoding, const std::byte* panel, std::uint32_t cols,
                          std::uint32_t row_count, const FloatTile& tile) {
  if (encoding == Encoding::kF32)
    multiply_float_rows<V, Encoding::kF32>(panel, cols, row_count, tile);
  else if (encoding == Encoding::kF16)
    multiply_float_rows<V, Encoding::kF16>(panel, cols, row_count, tile);
  else
    multiply_float_rows<V, Encoding::kBF16>(panel, cols, row_count, tile);
}

template <class V>
void multiply_decoded_panel(const quant::PackedMatrix& w, const std::byte* panel,
                            const EncodingKernels<V>& kernels, std::uint32_t row_count,
                            FloatTile tile, float* scratch) {
  const EncodingShape& shape = quant::kEncodingShapes[static_cast<std::size_t>(w.encoding)];
  for (std::uint32_t col = 0; col < w.cols; col += kDecodedColumns) {
    const std::uint32_t left = w.cols_padded - col;
    const std::uint32_t padded = left < kDecodedColumns ? left : kDecodedColumns;
    const std::uint32_t cols = w.cols - col < padded ? w.cols - col : padded;
    kernels.decode(panel + std::size_t{col} / shape.cols * shape.bytes(), padded, scratch);
    multiply_float_rows<V, Encoding::kF32>(reinterpret_cast<const std::byte*>(scratch), cols,
                                           row_count, tile);
    tile.x += kDecodedColumns;
    tile.is_first = false;
  }
}

template <class V>
void matmul_float(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
                  const float* x, std::size_t x_stride, std::uint32_t row_count, float* out,
                  std::size_t out_stride, std::span<std::byte> scratch) {
  const EncodingKernels<V>* kernels = kernels_of<V>(w.encoding);
  for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
    const std::byte* bytes = w.data + panel * w.panel_bytes;
    const std::uint32_t first_row = panel * quant::kPanelRows;
    const FloatTile tile{x, x_stride, out + first_row, out_stride, w.rows - first_row, true};
    if (kernels != nullptr)
      multiply_decoded_panel<V>(w, bytes, *kernels, row_count, tile,
                                reinterpret_cast<float*>(scratch.data()));
    else
      multiply_float_panel<V>(w.encoding, bytes, w.cols, row_count, tile);
  }
}

} // namespace outpost::kernels::simd
