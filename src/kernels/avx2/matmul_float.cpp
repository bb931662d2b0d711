// Float matrix multiplication: weights are turned into float (a few columns at a time for the
// quantised encodings, into scratch) and multiplied by fma, one chain over k for each output.
#include "kernels/avx2/encodings.h"
#include "kernels/avx2/matmul.h"

namespace outpost::kernels::avx2 {
namespace {

using quant::kPanelRows;

constexpr std::uint32_t kBlock = 256; // columns decoded at a time
constexpr int kTokens = 4;

// Column k of a panel of float weights, rows 8 * half .. ; kF32 also stands for decoded ones.
template <Encoding kEncoding>
[[gnu::always_inline]] inline __m256 load_weights(const std::byte* panel, std::uint32_t k,
                                                  int half) {
  if constexpr (kEncoding == Encoding::kF32)
    return load_floats(panel + std::size_t{k} * 64 + 32 * half);
  if constexpr (kEncoding == Encoding::kF16)
    return load_halves(panel + std::size_t{k} * 32 + 16 * half);
  const __m256i pair = load_half_line(panel + std::size_t{k} / 2 * 64 + 32 * half);
  return _mm256_castsi256_ps(k % 2 == 0 ? _mm256_slli_epi32(pair, 16)
                                        : _mm256_and_si256(pair, _mm256_set1_epi32(-65536)));
}

struct Tile {
  const float* x;
  std::size_t x_stride;
  float* out;
  std::size_t out_stride;
  std::uint32_t rows; // that exist, of 16
  bool is_first;      // block of columns: sums start at zero, not at `out`
};

template <Encoding kEncoding, int kCount>
void multiply_tile(const std::byte* panel, std::uint32_t cols, const Tile& tile) {
  const __m256i masks[2] = {first_lanes(tile.rows), first_lanes(tile.rows > 8 ? tile.rows - 8 : 0)};
  __m256 sum[2][kCount];
  for (int half = 0; half < 2; ++half)
    for (int t = 0; t < kCount; ++t) {
      const float* out = tile.out + t * tile.out_stride + 8 * half;
      sum[half][t] = tile.is_first ? _mm256_setzero_ps() : _mm256_maskload_ps(out, masks[half]);
    }
  for (std::uint32_t k = 0; k < cols; ++k)
    for (int half = 0; half < 2; ++half) {
      const __m256 weights = load_weights<kEncoding>(panel, k, half);
      for (int t = 0; t < kCount; ++t)
        sum[half][t] =
            _mm256_fmadd_ps(weights, _mm256_set1_ps(tile.x[t * tile.x_stride + k]), sum[half][t]);
    }
  for (int half = 0; half < 2; ++half)
    for (int t = 0; t < kCount; ++t)
      _mm256_maskstore_ps(tile.out + t * tile.out_stride + 8 * half, masks[half], sum[half][t]);
}

template <Encoding kEncoding, int... kToken>
void multiply_rows(const std::byte* panel, std::uint32_t cols, std::uint32_t row_count, Tile tile,
                   std::integer_sequence<int, kToken...> /*tokens*/) {
  using Kernel = void (*)(const std::byte*, std::uint32_t, const Tile&);
  static constexpr Kernel kTiles[] = {&multiply_tile<kEncoding, kToken + 1>...};
  while (row_count > 0) {
    const std::uint32_t tokens = row_count < kTokens ? row_count : kTokens;
    kTiles[tokens - 1](panel, cols, tile);
    tile.x += tokens * tile.x_stride;
    tile.out += tokens * tile.out_stride;
    row_count -= tokens;
  }
}

template <Encoding kEncoding>
void multiply_rows(const std::byte* panel, std::uint32_t cols, std::uint32_t row_count,
                   const Tile& tile) {
  multiply_rows<kEncoding>(panel, cols, row_count, tile,
                           std::make_integer_sequence<int, kTokens>{});
}

void multiply_float_panel(Encoding encoding, const std::byte* panel, std::uint32_t cols,
                          std::uint32_t row_count, const Tile& tile) {
  if (encoding == Encoding::kF32)
    multiply_rows<Encoding::kF32>(panel, cols, row_count, tile);
  else if (encoding == Encoding::kF16)
    multiply_rows<Encoding::kF16>(panel, cols, row_count, tile);
  else
    multiply_rows<Encoding::kBF16>(panel, cols, row_count, tile);
}

void multiply_decoded_panel(const quant::PackedMatrix& w, const std::byte* panel,
                            const EncodingKernels& kernels, std::uint32_t row_count, Tile tile,
                            float* scratch) {
  const EncodingShape& shape = quant::kEncodingShapes[static_cast<std::size_t>(w.encoding)];
  for (std::uint32_t col = 0; col < w.cols; col += kBlock) {
    const std::uint32_t left = w.cols_padded - col;
    const std::uint32_t padded = left < kBlock ? left : kBlock;
    const std::uint32_t cols = w.cols - col < padded ? w.cols - col : padded;
    kernels.decode(panel + std::size_t{col} / shape.cols * shape.bytes(), padded, scratch);
    multiply_rows<Encoding::kF32>(reinterpret_cast<const std::byte*>(scratch), cols, row_count,
                                  tile);
    tile.x += kBlock;
    tile.is_first = false;
  }
}

} // namespace

void matmul_float(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
                  const float* x, std::size_t x_stride, std::uint32_t row_count, float* out,
                  std::size_t out_stride, std::span<std::byte> scratch) {
  const EncodingKernels* kernels = kernels_of(w.encoding);
  for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
    const std::byte* bytes = w.data + panel * w.panel_bytes;
    const Tile tile{
        x, x_stride, out + panel * kPanelRows, out_stride, w.rows - panel * kPanelRows, true};
    if (kernels != nullptr)
      multiply_decoded_panel(w, bytes, *kernels, row_count, tile,
                             reinterpret_cast<float*>(scratch.data()));
    else
      multiply_float_panel(w.encoding, bytes, w.cols, row_count, tile);
  }
}

} // namespace outpost::kernels::avx2
