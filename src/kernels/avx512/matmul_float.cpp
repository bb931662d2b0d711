// Float matrix multiplication: weights are turned into float (a few columns at a time for the
// quantised encodings, into scratch) and multiplied by fma, one chain over k for each output.
#include "kernels/avx512/encodings.h"
#include "kernels/avx512/matmul.h"

namespace outpost::kernels::avx512 {
namespace {

using quant::kPanelRows;

constexpr int kLanes = 2;             // panels side by side
constexpr std::uint32_t kBlock = 256; // columns decoded at a time
constexpr int kTokens = 8;

// Weights of column k, lane by lane; kEncoding kF32 also stands for decoded ones.
struct Weights {
  const std::byte* lanes[kLanes];
  std::size_t stride_bytes; // from column to column (from pair to pair for BF16)
};

template <Encoding kEncoding>
[[gnu::always_inline]] inline __m512 load_weights(const Weights& w, int lane, std::uint32_t k) {
  const std::byte* at = w.lanes[lane];
  if constexpr (kEncoding == Encoding::kF32) return _mm512_load_ps(at + k * w.stride_bytes);
  if constexpr (kEncoding == Encoding::kF16) return load_halves(at + k * w.stride_bytes);
  const __m512i pair = load_line(at + k / 2 * w.stride_bytes);
  return _mm512_castsi512_ps(k % 2 == 0 ? _mm512_slli_epi32(pair, 16)
                                        : _mm512_and_si512(pair, _mm512_set1_epi32(-65536)));
}

struct Tile {
  const float* x;
  std::size_t x_stride;
  float* out;
  std::size_t out_stride;
  __mmask16 masks[kLanes];
  bool is_first; // block of columns: sums start at zero, not at `out`
};

template <Encoding kEncoding, int kCount>
void multiply_tile(const Weights& w, std::uint32_t cols, const Tile& tile) {
  __m512 sum[kLanes][kCount];
  for (int lane = 0; lane < kLanes; ++lane)
    for (int t = 0; t < kCount; ++t)
      sum[lane][t] =
          _mm512_maskz_loadu_ps(tile.is_first ? __mmask16{0} : tile.masks[lane],
                                tile.out + t * tile.out_stride + std::size_t(lane) * kPanelRows);
  for (std::uint32_t k = 0; k < cols; ++k)
    for (int lane = 0; lane < kLanes; ++lane) {
      const __m512 weights = load_weights<kEncoding>(w, lane, k);
      for (int t = 0; t < kCount; ++t)
        sum[lane][t] =
            _mm512_fmadd_ps(weights, _mm512_set1_ps(tile.x[t * tile.x_stride + k]), sum[lane][t]);
    }
  for (int lane = 0; lane < kLanes; ++lane)
    for (int t = 0; t < kCount; ++t)
      _mm512_mask_storeu_ps(tile.out + t * tile.out_stride + std::size_t(lane) * kPanelRows,
                            tile.masks[lane], sum[lane][t]);
}

template <Encoding kEncoding, int... kToken>
void multiply_rows(const Weights& w, std::uint32_t cols, std::uint32_t row_count, Tile tile,
                   std::integer_sequence<int, kToken...> /*tokens*/) {
  using Kernel = void (*)(const Weights&, std::uint32_t, const Tile&);
  static constexpr Kernel kTiles[] = {&multiply_tile<kEncoding, kToken + 1>...};
  while (row_count > 0) {
    const std::uint32_t tokens = row_count < kTokens ? row_count : kTokens;
    kTiles[tokens - 1](w, cols, tile);
    tile.x += tokens * tile.x_stride;
    tile.out += tokens * tile.out_stride;
    row_count -= tokens;
  }
}

template <Encoding kEncoding>
void multiply_rows(const Weights& w, std::uint32_t cols, std::uint32_t row_count,
                   const Tile& tile) {
  multiply_rows<kEncoding>(w, cols, row_count, tile, std::make_integer_sequence<int, kTokens>{});
}

// A pair of panels of float weights, read as they are.
void multiply_float_panels(Encoding encoding, Weights w, std::uint32_t cols,
                           std::uint32_t row_count, const Tile& tile) {
  if (encoding == Encoding::kF32) {
    w.stride_bytes = 64;
    multiply_rows<Encoding::kF32>(w, cols, row_count, tile);
  } else if (encoding == Encoding::kF16) {
    w.stride_bytes = 32;
    multiply_rows<Encoding::kF16>(w, cols, row_count, tile);
  } else {
    w.stride_bytes = 64;
    multiply_rows<Encoding::kBF16>(w, cols, row_count, tile);
  }
}

void multiply_decoded_panels(const quant::PackedMatrix& w, const Weights& panels,
                             const EncodingKernels& kernels, std::uint32_t row_count, Tile tile,
                             float* scratch) {
  const std::uint32_t bytes_per_block =
      quant::kEncodingShapes[static_cast<std::size_t>(w.encoding)].bytes();
  const std::uint32_t block_cols =
      quant::kEncodingShapes[static_cast<std::size_t>(w.encoding)].cols;
  for (std::uint32_t col = 0; col < w.cols; col += kBlock) {
    const std::uint32_t left = w.cols_padded - col;
    const std::uint32_t padded = left < kBlock ? left : kBlock;
    const std::uint32_t cols = w.cols - col < padded ? w.cols - col : padded;
    for (int lane = 0; lane < kLanes; ++lane)
      kernels.decode(panels.lanes[lane] + std::size_t{col} / block_cols * bytes_per_block, padded,
                     lane, kLanes, scratch);
    const auto* decoded = reinterpret_cast<const std::byte*>(scratch);
    multiply_rows<Encoding::kF32>({{decoded, decoded + 64}, 64 * kLanes}, cols, row_count, tile);
    tile.x += kBlock;
    tile.is_first = false;
  }
}

} // namespace

void matmul_float(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
                  const float* x, std::size_t x_stride, std::uint32_t row_count, float* out,
                  std::size_t out_stride, std::span<std::byte> scratch) {
  for (std::uint32_t panel = panel_begin; panel < panel_end; panel += kLanes) {
    // A panel without a partner is its own; the mask keeps the copy's sums from being written.
    const bool has_partner = panel + 1 < panel_end;
    const std::byte* first = w.data + panel * w.panel_bytes;
    const Weights panels{{first, has_partner ? first + w.panel_bytes : first}, 0};
    const std::uint32_t left = w.rows - panel * kPanelRows;
    const std::uint32_t mask = left >= 32 ? ~0u : (1u << left) - 1;
    const Tile tile{x,
                    x_stride,
                    out + panel * kPanelRows,
                    out_stride,
                    {static_cast<__mmask16>(mask & 0xffff),
                     static_cast<__mmask16>(has_partner ? mask >> 16 : 0)},
                    true};
    if (const EncodingKernels* kernels = kernels_of(w.encoding); kernels != nullptr)
      multiply_decoded_panels(w, panels, *kernels, row_count, tile,
                              reinterpret_cast<float*>(scratch.data()));
    else
      multiply_float_panels(w.encoding, panels, w.cols, row_count, tile);
  }
}

} // namespace outpost::kernels::avx512
