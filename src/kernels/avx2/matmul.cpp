// Integer matrix multiplication: picks the few-row or the many-row kernel. Both follow the
// arithmetic of scalar/matmul.cpp, so where the border lies is a matter of speed alone.
#include "kernels/avx2/matmul.h"

#include "kernels/avx2/encodings.h"
#include "kernels/avx2/fill.h"
#include "kernels/avx2/vec.h"

namespace outpost::kernels::avx2 {
namespace {

using quant::kPanelRows;

using Workspace = simd::MatmulScratch<Vec, 1>;

void matmul(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
            const QuantizedRows& x, float* out, std::size_t out_stride,
            std::span<std::byte> scratch) {
  const EncodingShape& shape = quant::kEncodingShapes[static_cast<std::size_t>(w.encoding)];
  const EncodingKernels& kernels = *kernels_of(w.encoding);
  const Workspace work(scratch.data(), w.cols_padded, shape);
  if (x.row_count == 0) return;
  if (x.row_count <= kStreamRows) {
    const PreparedRows rows = prepare_rows(x, 0, x.row_count, w.cols_padded, shape, work.prepared);
    kernels.stream[x.row_count - 1](w, panel_begin, panel_end, rows, out, out_stride);
    return;
  }
  const std::uint32_t tiles = (x.row_count + kTileTokens - 1) / kTileTokens;
  for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
    kernels.unpack(w.data + panel * w.panel_bytes, w.cols_padded, work.panels);
    for (std::uint32_t tile = 0; tile < tiles; ++tile) {
      const std::uint32_t begin = x.row_count * tile / tiles;
      const std::uint32_t tokens = x.row_count * (tile + 1) / tiles - begin;
      const PreparedRows rows = prepare_rows(x, begin, tokens, w.cols_padded, shape, work.prepared);
      kernels.tile[tokens - 1](
          work.panels, rows,
          {out + begin * out_stride + panel * kPanelRows, out_stride, w.rows - panel * kPanelRows});
    }
  }
}

} // namespace

const EncodingKernels* kernels_of(Encoding encoding) {
  switch (encoding) {
  case Encoding::kF32:
  case Encoding::kF16:
  case Encoding::kBF16: return nullptr;
  case Encoding::kQ4Half: return &kQ4HalfKernels;
  case Encoding::kQ4HalfMin: return &kQ4HalfMinKernels;
  case Encoding::kQ4Table: return &kQ4TableKernels;
  case Encoding::kQ5Half: return &kQ5HalfKernels;
  case Encoding::kQ5HalfMin: return &kQ5HalfMinKernels;
  case Encoding::kQ8Half: return &kQ8HalfKernels;
  case Encoding::kQ2Sub16: return &kQ2Sub16Kernels;
  case Encoding::kQ3Sub16: return &kQ3Sub16Kernels;
  case Encoding::kQ4Sub32: return &kQ4Sub32Kernels;
  case Encoding::kQ5Sub32: return &kQ5Sub32Kernels;
  case Encoding::kQ6Sub16: return &kQ6Sub16Kernels;
  case Encoding::kTernary: return &kTernaryKernels;
  }
  return nullptr;
}

void fill_matmul(MatmulKernels& kernels) {
  kernels.quantize_rows = &quantize_rows;
  kernels.matmul = &matmul;
  kernels.matmul_float = &matmul_float;
}

} // namespace outpost::kernels::avx2
