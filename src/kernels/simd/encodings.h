// The kernels that are instantiated per encoding, as one table row each.
#pragma once
#include "kernels/simd/prepared_rows.h"
#include "kernels/simd/stream.h"
#include "kernels/simd/tile.h"

namespace outpost::kernels::simd {

template <class V>
struct EncodingKernels {
  using Tile = typename V::Tile;

  // Multiplies 1 .. kStreamRows rows, at index rows - 1.
  using Multiply = void (*)(const quant::PackedMatrix& w, std::uint32_t panel_begin,
                            std::uint32_t panel_end, const PreparedRows<V>& x, float* out,
                            std::size_t out_stride);
  Multiply stream[kStreamRows];

  // Multiplies 1 .. Tile::kColumns columns by an unpacked panel, at index columns - 1.
  using MultiplyTile = void (*)(const UnpackedPanels& w, std::uint32_t cols,
                                const PreparedRows<Tile>& x, const TileOutput& output);
  MultiplyTile tile[Tile::kColumns];

  void (*unpack)(const std::byte* panel, std::uint32_t cols, const UnpackedPanels& out);
  // Weights of `cols` columns (whole blocks) as float [k][16 rows].
  void (*decode)(const std::byte* blocks, std::uint32_t cols, float* out);
  int stream_offset, tile_offset; // above what the codes of their dot products mean
};

// The encodings with an activation scale per 32, and those of super blocks: each is instantiated in
// a file of its own of an instruction set, to keep compile times apart (encoding_kernels.h).
template <class V>
struct PlainEncodings {
  static const EncodingKernels<V>* kernels_of(Encoding encoding);
};
template <class V>
struct SuperEncodings {
  static const EncodingKernels<V>* kernels_of(Encoding encoding);
};

// nullptr for the float encodings.
template <class V>
const EncodingKernels<V>* kernels_of(Encoding encoding) {
  const EncodingShape& shape = quant::kEncodingShapes[static_cast<std::size_t>(encoding)];
  if (shape.is_float()) return nullptr;
  return shape.is_super() ? SuperEncodings<V>::kernels_of(encoding)
                          : PlainEncodings<V>::kernels_of(encoding);
}

} // namespace outpost::kernels::simd
