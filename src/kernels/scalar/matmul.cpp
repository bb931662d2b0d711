// Matrix times rows of activations, the specification.
//
// For a weight row and an activation row, over groups g of 32 columns in order, and inside a group
// over its sub-groups s of one weight scale (two of 16, or one of 32) in order:
//
//   dot(s)   = sum of (code - offset) * activation code             exact, in int32
//   part(g)  = scale(s0) * dot(s0), then fma(scale(s1), dot(s1), part)
//   total    = fma(activation_scale(g), part(g), total)
//   minimums = fma(minimum(s), activation_scale(g) * sum(s), minimums)
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

std::int32_t dot(const PanelBlock& block, const EncodingShape& shape, std::uint32_t k,
                 std::uint32_t row, const std::int8_t* codes) {
  std::int32_t sum = 0;
  for (std::uint32_t i = 0; i < shape.group; ++i)
    sum += (block.codes[k + i][row] - static_cast<std::int32_t>(shape.offset)) * codes[i];
  return sum;
}

std::int32_t activation_sum(const EncodingShape& shape, const std::int16_t* sums) {
  return shape.group == 16 ? sums[0] : sums[0] + sums[1];
}

// Adds 32 columns of one block, from its column k, to the sums of one activation row. `column` is
// k's place in the activation row.
void add_group(const PanelBlock& block, const EncodingShape& shape, std::uint32_t k,
               const QuantizedRows& x, std::size_t column, Sums& sums) {
  const float activation_scale = x.scales[column / kActivationGroup];
  for (std::uint32_t row = 0; row < kPanelRows; ++row) {
    float part = 0;
    for (std::uint32_t i = 0; i < kActivationGroup; i += shape.group) {
      const std::uint32_t s = (k + i) / shape.group;
      const auto value = static_cast<float>(dot(block, shape, k + i, row, x.codes + column + i));
      part = i == 0 ? block.scales[s][row] * value : std::fma(block.scales[s][row], value, part);
      if (!shape.has_minimum)
        continue;
      const std::int32_t sum = activation_sum(shape, x.sums + (column + i) / 16);
      sums.minimums[row] = std::fma(block.minimums[s][row],
                                    activation_scale * static_cast<float>(sum), sums.minimums[row]);
    }
    sums.total[row] = std::fma(activation_scale, part, sums.total[row]);
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

// Weight row n of a panel, columns [0, w.cols), one after the other.
template <class Use>
void for_each_weight(const quant::PackedMatrix& w, const std::byte* panel, std::uint32_t n,
                     Use&& use) {
  const EncodingShape& shape = quant::shape_of(w.encoding);
  PanelBlock block;
  for (std::uint32_t k = 0; k < w.cols; ++k) {
    if (shape.is_float()) {
      use(k, quant::float_weight(w.encoding, panel, k, n));
      continue;
    }
    if (k % shape.cols == 0)
      quant::unpack_block(w.encoding, panel + std::size_t{k} / shape.cols * shape.bytes(), block);
    use(k, block.weight(shape, k % shape.cols, n));
  }
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
                  std::size_t out_stride, std::span<std::byte> /*scratch*/) {
  for (std::uint32_t n = panel_begin * kPanelRows; n < panel_end * kPanelRows && n < w.rows; ++n) {
    for (std::uint32_t r = 0; r < row_count; ++r)
      out[r * out_stride + n] = 0;
    for_each_weight(w, w.panel(n / kPanelRows), n % kPanelRows, [&](std::uint32_t k, float weight) {
      for (std::uint32_t r = 0; r < row_count; ++r) {
        float& sum = out[r * out_stride + n];
        sum = std::fma(weight, x[r * x_stride + k], sum);
      }
    });
  }
}

void decode_row(const quant::PackedMatrix& w, std::uint32_t row, float* out) {
  for_each_weight(w, w.panel(row / kPanelRows), row % kPanelRows,
                  [&](std::uint32_t k, float weight) { out[k] = weight; });
}

} // namespace

void fill_matmul(MatmulKernels& kernels) {
  kernels.quantize_rows = &quantize_rows;
  kernels.matmul = &matmul;
  kernels.matmul_float = &matmul_float;
  kernels.decode_row = &decode_row;
}

} // namespace outpost::kernels::scalar
