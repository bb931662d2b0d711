// Matrix times rows of activations, the specification.
//
// For a weight row and an activation row, over groups of 32 columns in order, and inside a group
// over its parts s that share a weight scale (two of 16, or one of 32) in order:
//
//   dot(s)   = sum of (code - offset) * activation code              exact, in int32
//   total    = fma(activation_scale, scale(s) * dot(s), total)
//   minimums = fma(minimum(s), activation_scale * sum(s), minimums)
//   output   = total - minimums
//
// all in float with one rounding for each operation. No other order is allowed, so that an output
// has the same bits whatever the number of rows, the tile, or the ISA that computes it.
#include <cmath>

#include "kernels/scalar/fill.h"
#include "kernels/scalar/quantize.h"
#include "quant/panel_block.h"

namespace outpost::kernels::scalar {
namespace {

using quant::EncodingShape;
using quant::kPanelRows;
using quant::PanelBlock;

// Activation rows that share one unpacking of a block.
constexpr std::uint32_t kTileRows = 8;

struct Sums {
  float total[kPanelRows];
  float minimums[kPanelRows];
};

// dots[row] = sum of (code - offset) * activation code over one part of a group.
void dot(const PanelBlock& block, const EncodingShape& shape, std::uint32_t k,
         const std::int8_t* codes, std::int32_t (&dots)[kPanelRows]) {
  for (std::int32_t& sum : dots) sum = 0;
  for (std::uint32_t i = 0; i < shape.group; ++i)
    for (std::uint32_t row = 0; row < kPanelRows; ++row)
      dots[row] += (block.codes[k + i][row] - static_cast<std::int32_t>(shape.offset)) * codes[i];
}

std::int32_t activation_sum(const EncodingShape& shape, const std::int16_t* sums) {
  return shape.group == 16 ? sums[0] : sums[0] + sums[1];
}

// Adds 32 columns of one block, from its column k, to the sums of one activation row. `column` is
// k's place in the activation row.
void add_group(const PanelBlock& block, const EncodingShape& shape, std::uint32_t k,
               const QuantizedRows& x, std::size_t column, Sums& sums) {
  const float activation_scale = x.scales[column / kActivationGroup];
  for (std::uint32_t i = 0; i < kActivationGroup; i += shape.group) {
    const std::uint32_t s = (k + i) / shape.group;
    std::int32_t dots[kPanelRows];
    dot(block, shape, k + i, x.codes + column + i, dots);
    const auto sum = static_cast<float>(activation_sum(shape, x.sums + (column + i) / 16));
    for (std::uint32_t row = 0; row < kPanelRows; ++row) {
      const float product = block.scales[s][row] * static_cast<float>(dots[row]);
      sums.total[row] = std::fma(activation_scale, product, sums.total[row]);
      if (shape.has_minimum)
        sums.minimums[row] =
            std::fma(block.minimums[s][row], activation_scale * sum, sums.minimums[row]);
    }
  }
}

void matmul_tile(const quant::PackedMatrix& w, std::uint32_t panel, const QuantizedRows& x,
                 std::uint32_t row_begin, std::uint32_t row_count, float* out,
                 std::size_t out_stride) {
  const EncodingShape& shape = quant::shape_of(w.encoding);
  Sums sums[kTileRows] = {};
  PanelBlock block;
  const std::byte* bytes = w.panel(panel);
  for (std::uint32_t col = 0; col < w.cols_padded; col += shape.cols, bytes += shape.bytes()) {
    quant::unpack_block(w.encoding, bytes, block);
    for (std::uint32_t r = 0; r < row_count; ++r)
      for (std::uint32_t k = 0; k < shape.cols; k += kActivationGroup)
        add_group(block, shape, k, x, std::size_t{row_begin + r} * x.cols_padded + col + k,
                  sums[r]);
  }
  for (std::uint32_t r = 0; r < row_count; ++r)
    for (std::uint32_t n = 0; n < kPanelRows && panel * kPanelRows + n < w.rows; ++n)
      out[(row_begin + r) * out_stride + panel * kPanelRows + n] =
          sums[r].total[n] - sums[r].minimums[n];
}

void decode_row(const quant::PackedMatrix& w, std::uint32_t row, float* out) {
  quant::decode_panel_row(w.encoding, w.panel(row / kPanelRows), row % kPanelRows, w.cols, out);
}

void matmul(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
            const QuantizedRows& x, float* out, std::size_t out_stride,
            std::span<std::byte> /*scratch*/) {
  for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel)
    for (std::uint32_t row = 0; row < x.row_count; row += kTileRows) {
      const std::uint32_t left = x.row_count - row;
      matmul_tile(w, panel, x, row, left < kTileRows ? left : kTileRows, out, out_stride);
    }
}

// output = fma(w[n][k], x[k], output) over k in order.
void matmul_float(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
                  const float* x, std::size_t x_stride, std::uint32_t row_count, float* out,
                  std::size_t out_stride, std::span<std::byte> scratch) {
  auto* weights = reinterpret_cast<float*>(scratch.data());
  for (std::uint32_t n = panel_begin * kPanelRows; n < panel_end * kPanelRows && n < w.rows; ++n) {
    decode_row(w, n, weights);
    for (std::uint32_t r = 0; r < row_count; ++r) {
      float sum = 0;
      for (std::uint32_t k = 0; k < w.cols; ++k)
        sum = std::fma(weights[k], x[r * x_stride + k], sum);
      out[r * out_stride + n] = sum;
    }
  }
}

} // namespace

void fill_matmul(MatmulKernels& kernels) {
  kernels.quantize_rows = &quantize_rows;
  kernels.matmul = &matmul;
  kernels.matmul_float = &matmul_float;
  kernels.decode_row = &decode_row;
}

} // namespace outpost::kernels::scalar
