// Integer matrix multiplication: picks the few-row or the many-row kernel. Both follow the
// arithmetic of scalar/matmul.cpp, so where the border lies is a matter of speed alone.
#include "kernels/avx512/matmul.h"

#include <cstddef>

#include "kernels/avx512/encodings.h"
#include "kernels/avx512/fill.h"
#include "kernels/avx512/vec.h"

namespace outpost::kernels::avx512 {
namespace {

using quant::kPanelRows;

using TileKernel = void (*)(const UnpackedPanels&, const PreparedRows&, const TileOutput&,
                            Prefetch&);

template <int kPanels, int kTokens>
TileKernel tile_of(const EncodingShape& shape) {
  const bool minimum = shape.has_minimum;
  if (!shape.is_super())
    return minimum ? &multiply_tile<kPanels, kTokens, true>
                   : &multiply_tile<kPanels, kTokens, false>;
  if (shape.group == 16)
    return minimum ? &multiply_super_tile<kPanels, kTokens, 16, true>
                   : &multiply_super_tile<kPanels, kTokens, 16, false>;
  return minimum ? &multiply_super_tile<kPanels, kTokens, 32, true>
                 : &multiply_super_tile<kPanels, kTokens, 32, false>;
}

template <int kPanels, int kTokens = kTileTokens>
TileKernel tile_for(const EncodingShape& shape, std::uint32_t tokens) {
  if constexpr (kTokens > 1) {
    if (tokens < kTokens) return tile_for<kPanels, kTokens - 1>(shape, tokens);
  }
  return tile_of<kPanels, kTokens>(shape);
}

using Workspace = simd::MatmulScratch<Vec, 2>;

// Some activation rows against panels of one matrix.
struct Job {
  const quant::PackedMatrix& w;
  const EncodingShape& shape;
  const EncodingKernels& kernels;
  const Workspace& work;
  PreparedRows rows;
  std::uint32_t row_count;
  float* out; // of the first row
  std::size_t out_stride;
};

// Up to so many tiles unpack a pair of panels each for itself. With more, the first keeps for the
// others what it unpacks: its stores to L2 cost more than to unpack once or twice again, which is
// little work but for groups of 16.
constexpr std::uint32_t packed_tiles(const EncodingShape& shape) {
  return shape.group == 16 ? 2 : 3;
}

// Rows are dealt into tiles of nearly equal size: 8 rows are 4 + 4, not 6 + 2. A panel that is left
// over is unpacked before.
template <int kPanels>
void multiply_panels(const Job& job, std::uint32_t panel) {
  const quant::PackedMatrix& w = job.w;
  const std::byte* bytes = w.data + panel * w.panel_bytes;
  if constexpr (kPanels == 1) job.kernels.unpack(bytes, w.cols_padded, 0, 1, job.work.panels);
  const UnpackedPanels panels = job.work.panels.of(w, panel);
  const std::uint32_t left = w.rows - panel * kPanelRows;
  const std::uint32_t rows_mask = left >= 32 ? ~0u : (1u << left) - 1;
  const std::uint32_t tiles = (job.row_count + kTileTokens - 1) / kTileTokens;
  const bool keeps = tiles > packed_tiles(job.shape);
  // Tiles keep the ports busy and leave the memory idle: the time to fetch the next panels.
  const std::size_t pair_bytes = kPanels * w.panel_bytes;
  const std::size_t groups = tiles * job.rows.groups;
  Prefetch ahead{bytes + pair_bytes, bytes + 2 * pair_bytes, (pair_bytes / groups + 64) / 64 * 64};
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    const std::uint32_t begin = job.row_count * tile / tiles;
    const std::uint32_t tokens = job.row_count * (tile + 1) / tiles - begin;
    const TileOutput output{
        job.out + begin * job.out_stride + panel * kPanelRows,
        job.out_stride,
        {static_cast<__mmask16>(rows_mask & 0xffff), static_cast<__mmask16>(rows_mask >> 16)}};
    const PreparedRows rows = job.rows.from(begin);
    if (kPanels == 2 && (tile == 0 || !keeps)) {
      const PackedPair pair{bytes, w.panel_bytes, tile > 0};
      job.kernels.packed_tile[keeps][tokens - kFirstTokensMin](pair, panels, rows, output, ahead);
    } else {
      tile_for<kPanels>(job.shape, tokens)(panels, rows, output, ahead);
    }
  }
}

void matmul(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
            const QuantizedRows& x, float* out, std::size_t out_stride,
            std::span<std::byte> scratch) {
  const EncodingShape& shape = quant::kEncodingShapes[static_cast<std::size_t>(w.encoding)];
  const EncodingKernels& kernels = *kernels_of(w.encoding);
  if (x.row_count == 0) return;
  if (x.row_count <= kStreamRows) {
    const InterleavedRows rows = interleave_rows(x, w.cols_padded, shape, scratch.data());
    kernels.stream[x.row_count - 1](w, panel_begin, panel_end, rows, out, out_stride);
    return;
  }
  const Workspace work(scratch.data(), w.cols_padded, shape);
  for (std::uint32_t begin = 0; begin < x.row_count; begin += kMatmulBlockRows) {
    const std::uint32_t left = x.row_count - begin;
    const std::uint32_t count = left < kMatmulBlockRows ? left : kMatmulBlockRows;
    const Job job{w,
                  shape,
                  kernels,
                  work,
                  prepare_rows(x, begin, count, w.cols_padded, shape, work.prepared),
                  count,
                  out + begin * out_stride,
                  out_stride};
    std::uint32_t panel = panel_begin;
    for (; panel + 2 <= panel_end; panel += 2) multiply_panels<2>(job, panel);
    if (panel < panel_end) multiply_panels<1>(job, panel);
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
  case Encoding::kQ4Levels: return &kQ4LevelsKernels;
  case Encoding::kQ5Levels: return &kQ5LevelsKernels;
  }
  return nullptr;
}

void fill_matmul(MatmulKernels& kernels) {
  kernels.prefers_levels = true;
  kernels.quantize_rows = &quantize_rows;
  kernels.matmul = &matmul;
  kernels.matmul_float = &matmul_float;
}

} // namespace outpost::kernels::avx512
