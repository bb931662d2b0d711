// Matrix times rows of activations, the specification.
//
// A total starts from the outliers, in order:
//
//   total    = fma(outlier weight, outlier, total)                   from zero
//
// Then, for a weight row and an activation row, over groups of 32 columns in order:
//
//   dot      = sum of (code - offset) * activation code              exact, in int32
//   total    = fma(scale, activation_scale * dot, total)             the product exact
//   minimums = fma(minimum, activation_scale * sum, minimums)
//   output   = total - minimums
//
// The product is exact because such activation scales are short (QuantizedRows), so kernels may
// take its parts in any order: the power of two may be in the accumulators, the rest in the
// weight's scale.
//
// Blocks of 256 columns with scales of their own (EncodingShape::is_super) have an activation scale
// for each span of 128, so the dots of its groups, of 16 or 32 columns, are joined first:
//
//   inner = sum of -bias * scale over the groups in order            bias = 1.5 * 2^23
//   inner = fma(scale, bias + dot, inner) for each group in order
//   inner = fma(-minimum_scale, sum of sub_minimum * sum, inner)     the sum exact, in int32
//   total = fma(activation_scale, inner, total)
//   output = total
//
// `bias + dot` is what the bits of an accumulator say that started at those of `bias`: no
// conversion and no second product per group. Its rounding adds an error of a few units of scale to
// a span, where that of 8-bit activations is about 15.
//
// All in float with one rounding for each operation. No other order is allowed, so that an output
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

// dots[row] = sum of (code - offset) * activation code over the group at column k of the block.
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

// Adds a block of 64 columns to the sums of one activation row. `column` is the block's place in
// that row.
void add_block(const PanelBlock& block, const EncodingShape& shape, const QuantizedRows& x,
               std::size_t column, Sums& sums) {
  for (std::uint32_t g = 0; g < shape.groups(); ++g, column += shape.group) {
    const float activation_scale = x.scales[column / kActivationGroup];
    std::int32_t dots[kPanelRows];
    dot(block, shape, g * shape.group, x.codes + column, dots);
    const auto sum = static_cast<float>(activation_sum(shape, x.sums + column / 16));
    for (std::uint32_t row = 0; row < kPanelRows; ++row) {
      const float product = activation_scale * static_cast<float>(dots[row]);
      sums.total[row] = std::fma(block.scales[g][row], product, sums.total[row]);
      if (shape.has_minimum)
        sums.minimums[row] =
            std::fma(block.minimums[g][row], activation_scale * sum, sums.minimums[row]);
    }
  }
}

// The same for one span of a block of 256, from the block's column k.
void add_span(const PanelBlock& block, const EncodingShape& shape, std::uint32_t k,
              const QuantizedRows& x, std::size_t column, Sums& sums) {
  constexpr float kBias = 12582912.0F;
  const std::uint32_t first = k / shape.group, last = (k + kWideActivationGroup) / shape.group;
  float inner[kPanelRows] = {};
  std::int32_t minimums[kPanelRows] = {};
  for (std::uint32_t g = first; g < last; ++g)
    for (std::uint32_t row = 0; row < kPanelRows; ++row)
      inner[row] += -kBias * block.scales[g][row];
  for (std::uint32_t g = first; g < last; ++g) {
    const std::size_t at = column + std::size_t{g - first} * shape.group;
    std::int32_t dots[kPanelRows];
    dot(block, shape, g * shape.group, x.codes + at, dots);
    const std::int32_t sum = activation_sum(shape, x.sums + at / 16);
    for (std::uint32_t row = 0; row < kPanelRows; ++row) {
      inner[row] =
          std::fma(block.scales[g][row], kBias + static_cast<float>(dots[row]), inner[row]);
      minimums[row] += block.sub_minimums[g][row] * sum;
    }
  }
  for (std::uint32_t row = 0; row < kPanelRows; ++row) {
    if (shape.has_minimum)
      inner[row] =
          std::fma(-block.minimum_scale[row], static_cast<float>(minimums[row]), inner[row]);
    sums.total[row] = std::fma(x.scales[column / kActivationGroup], inner[row], sums.total[row]);
  }
}

void add_super_block(const PanelBlock& block, const EncodingShape& shape, const QuantizedRows& x,
                     std::size_t column, Sums& sums) {
  for (std::uint32_t k = 0; k < shape.cols; k += kWideActivationGroup)
    add_span(block, shape, k, x, column + k, sums);
}

void add_outliers(const quant::PackedMatrix& w, std::uint32_t panel, const QuantizedRows& x,
                  std::size_t row, Sums& sums) {
  for (std::uint32_t i = 0; i < x.outlier_count; ++i) {
    const float* weights = w.panel_outliers(panel) + std::size_t{i} * kPanelRows;
    for (std::uint32_t n = 0; n < kPanelRows; ++n)
      sums.total[n] = std::fma(weights[n], x.outliers[row * kOutliersMax + i], sums.total[n]);
  }
}

void matmul_tile(const quant::PackedMatrix& w, std::uint32_t panel, const QuantizedRows& x,
                 std::uint32_t row_begin, std::uint32_t row_count, float* out,
                 std::size_t out_stride) {
  const EncodingShape& shape = quant::shape_of(w.encoding);
  Sums sums[kTileRows] = {};
  for (std::uint32_t r = 0; r < row_count; ++r) add_outliers(w, panel, x, row_begin + r, sums[r]);
  PanelBlock block;
  const auto add = shape.is_super() ? &add_super_block : &add_block;
  const std::byte* bytes = w.panel(panel);
  for (std::uint32_t col = 0; col < w.cols_padded; col += shape.cols, bytes += shape.bytes()) {
    quant::unpack_block(w.encoding, bytes, block);
    for (std::uint32_t r = 0; r < row_count; ++r)
      add(block, shape, x, std::size_t{row_begin + r} * x.cols_padded + col, sums[r]);
  }
  for (std::uint32_t r = 0; r < row_count; ++r)
    for (std::uint32_t n = 0; n < kPanelRows && panel * kPanelRows + n < w.rows; ++n)
      out[(row_begin + r) * out_stride + panel * kPanelRows + n] =
          sums[r].total[n] - sums[r].minimums[n];
}

void decode_row(const quant::PackedMatrix& w, std::uint32_t row, float* out) {
  quant::decode_panel_row(w.encoding, w.panel(row / kPanelRows), row % kPanelRows, 0, w.cols, out);
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
  kernels.prefers_levels = true; // as the strongest variants do
  kernels.quantize_rows = &quantize_rows;
  kernels.matmul = &matmul;
  kernels.matmul_float = &matmul_float;
  kernels.decode_row = &decode_row;
}

} // namespace outpost::kernels::scalar
