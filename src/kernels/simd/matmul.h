// Integer matrix multiplication: picks the few-row or the many-row kernel. Both follow the
// arithmetic of scalar/matmul.cpp, so where the border lies is a matter of speed alone.
#pragma once
#include <span>

#include "kernels/simd/encodings.h"

namespace outpost::kernels::simd {

// Deals the columns of a block of rows into tiles of nearly equal size: 8 are 4 + 4, not 6 + 2.
template <class V>
void multiply_panel(const quant::PackedMatrix& w, std::uint32_t panel,
                    const EncodingKernels<V>& kernels, const UnpackedPanels& unpacked,
                    const PreparedRows<typename V::Tile>& rows, std::uint32_t row_count, float* out,
                    std::size_t out_stride) {
  constexpr std::uint32_t kTokens = V::Tile::kTokens, kMost = V::Tile::kColumns;
  const std::uint32_t columns = (row_count + kTokens - 1) / kTokens;
  const std::uint32_t tiles = (columns + kMost - 1) / kMost;
  kernels.unpack(w.data + panel * w.panel_bytes, w.cols_padded, unpacked);
  const UnpackedPanels panels = unpacked.of(w, panel);
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    const std::uint32_t begin = columns * tile / tiles, end = columns * (tile + 1) / tiles;
    const std::uint32_t token = begin * kTokens;
    kernels.tile[end - begin - 1](panels, w.cols_padded, rows.from(begin),
                                  {out + token * out_stride + panel * quant::kPanelRows, out_stride,
                                   w.rows - panel * quant::kPanelRows, row_count - token});
  }
}

template <class V>
void matmul(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
            const QuantizedRows& x, float* out, std::size_t out_stride,
            std::span<std::byte> scratch) {
  using Tile = typename V::Tile;
  const EncodingShape& shape = quant::kEncodingShapes[static_cast<std::size_t>(w.encoding)];
  const EncodingKernels<V>& kernels = *kernels_of<V>(w.encoding);
  const MatmulScratch<V, 1> work(scratch.data(), w.cols_padded, shape);
  if (x.row_count == 0) return;
  if (x.row_count <= kStreamRows) {
    const auto rows = prepare_rows<V>(x, 0, x.row_count, w.cols_padded, shape,
                                      kernels.stream_offset, work.prepared);
    kernels.stream[x.row_count - 1](w, panel_begin, panel_end, rows, out, out_stride);
    return;
  }
  for (std::uint32_t begin = 0; begin < x.row_count; begin += Tile::kBlockRows) {
    const std::uint32_t left = x.row_count - begin;
    const std::uint32_t count = left < Tile::kBlockRows ? left : Tile::kBlockRows;
    const auto rows = prepare_rows<Tile>(x, begin, count, w.cols_padded, shape, kernels.tile_offset,
                                         work.prepared);
    for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel)
      multiply_panel<V>(w, panel, kernels, work.panels, rows, count, out + begin * out_stride,
                        out_stride);
  }
}

} // namespace outpost::kernels::simd
