// The scalar kernels against plain double arithmetic over the format's own decode(). All other ISAs
// are compared with scalar by tests/check_kernels.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/kernels.h"
#include "quant/levels.h"
#include "quant/panel_block.h"

namespace outpost::kernels {
namespace {

KernelTable scalar_table() { return supported_kernels({}).front(); }

struct Quantized {
  std::vector<std::int8_t> codes;
  std::vector<float> scales;
  std::vector<std::int16_t> sums;
  QuantizedRows view;

  Quantized(std::uint32_t rows, std::uint32_t cols_padded, std::uint32_t group = kActivationGroup)
      : codes(rows * cols_padded, 99), scales(rows * cols_padded / 32, 99),
        sums(rows * cols_padded / 16, 99), view{codes.data(),
                                                scales.data(),
                                                sums.data(),
                                                rows,
                                                cols_padded,
                                                group,
                                                group == kActivationGroup} {}
};

TEST(QuantizeRows, RoundsToTheNearestCodeAndPadsWithZeros) {
  std::vector<float> x(2 * 40);
  Random random(3);
  for (float& value : x) value = static_cast<float>(random.next_double()) - 0.5F;
  Quantized out(2, 64);
  scalar_table().matmul.quantize_rows(x.data(), 40, 40, 0, 2, out.view);
  for (std::size_t row = 0; row < 2; ++row) {
    int sums[4] = {};
    for (std::size_t k = 0; k < 64; ++k) {
      const float scale = out.scales[row * 2 + k / 32];
      const int code = out.codes[row * 64 + k];
      const float value = k < 40 ? x[row * 40 + k] : 0.0F;
      EXPECT_NEAR(scale * static_cast<float>(code), value, scale * 0.5001F);
      sums[k / 16] += code;
    }
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(out.sums[row * 4 + i], sums[i]);
  }
}

// The largest magnitude has 85 to 127 steps: the next shorter scale is 2/3 of this one.
TEST(QuantizeRows, ShortScalesHaveTwoBits) {
  std::vector<float> x(2000 * 32);
  Random random(4);
  for (std::size_t i = 0; i < x.size(); i += 32)
    for (std::size_t k = 0; k < 32; ++k)
      x[i + k] =
          static_cast<float>((random.next_double() - 0.5) * std::pow(2.0, double(i) / 1000 - 32));
  for (const KernelTable& table : supported_kernels({})) {
    Quantized out(2000, 64);
    table.matmul.quantize_rows(x.data(), 32, 32, 0, 2000, out.view);
    for (std::size_t row = 0; row < 2000; ++row) {
      int power = 0;
      const float significand = std::frexp(out.scales[row * 2], &power);
      EXPECT_TRUE(significand == 0.5F || significand == 0.75F) << significand;
      int largest = 0;
      for (std::size_t k = 0; k < 32; ++k) {
        const int code = out.codes[row * 64 + k];
        largest = std::max(largest, std::abs(code));
        EXPECT_NEAR(out.scales[row * 2] * static_cast<float>(code), x[row * 32 + k],
                    out.scales[row * 2] * 0.5001F);
      }
      EXPECT_GE(largest, 84);
      EXPECT_LE(largest, 127);
    }
  }
}

// A start value's exponent is 23 above that of the scale.
TEST(QuantizeRows, ShortScalesEndWhereTheirExponentsDo) {
  const float just_below = 0x1p100F, above = 0x1.8p100F;
  std::vector<float> x(64, 0.0F);
  x[0] = just_below;
  x[32] = above;
  Quantized narrow(1, 64);
  scalar_table().matmul.quantize_rows(x.data(), 64, 64, 0, 1, narrow.view);
  EXPECT_EQ(narrow.scales[0], 0x1.8p93F);
  EXPECT_TRUE(std::isnan(narrow.scales[1]));
  Quantized wide(1, 128, kWideActivationGroup);
  scalar_table().matmul.quantize_rows(x.data(), 64, 64, 0, 1, wide.view);
  EXPECT_EQ(wide.scales[0], above / 127.0F);
}

TEST(QuantizeRows, ZerosTinyAndBrokenGroups) {
  std::vector<float> x(4 * 32, 0.0F);
  x[32] = 1e-38F;
  x[64] = std::numeric_limits<float>::infinity();
  x[96 + 31] = std::numeric_limits<float>::quiet_NaN();
  Quantized out(1, 128);
  scalar_table().matmul.quantize_rows(x.data(), 128, 128, 0, 1, out.view);
  EXPECT_EQ(out.scales[0], 0.0F);
  EXPECT_EQ(out.scales[1], 0.0F);
  EXPECT_TRUE(std::isnan(out.scales[2]));
  EXPECT_TRUE(std::isnan(out.scales[3]));
  for (const std::int8_t code : out.codes) EXPECT_EQ(code, 0);
}

struct MatmulCase {
  const quant::BlockFormat& format;
  std::uint32_t rows, cols;
  std::vector<std::byte> packed;
  std::vector<float> weights; // [rows][cols], by decode() or, on levels, as packed
  quant::PackedMatrix matrix;

  MatmulCase(const quant::BlockFormat& block_format, std::uint32_t row_count,
             std::uint32_t col_count)
      : format(block_format), rows(row_count), cols(col_count) {
    std::vector<std::byte> source(std::size_t{rows} * cols / format.block_values *
                                  format.block_bytes);
    Random random(11);
    // Bytes below 0x3c keep every half (and every float) finite and small.
    for (std::byte& byte : source) byte = static_cast<std::byte>(random.next_below(0x3c));
    weights.resize(std::size_t{rows} * cols);
    format.decode(source.data(), weights.size(), weights.data());
    const quant::PanelPlan plan = quant::plan_panels(format.encoding, rows, cols);
    packed.resize(plan.total_bytes);
    quant::pack_panels(format, source, rows, cols, 0, (rows + 15) / 16, packed);
    matrix = {format.encoding, rows, cols, plan.cols_padded, plan.panel_bytes, packed.data()};
    if (!quant::shape_of(format.encoding).has_levels()) return;
    for (std::uint32_t row = 0; row < rows; ++row) // as near as levels are
      quant::decode_panel_row(format.encoding, matrix.panel(row / quant::kPanelRows),
                              row % quant::kPanelRows, 0, cols,
                              weights.data() + std::size_t{row} * cols);
  }
};

class EveryFormatMatmul : public testing::TestWithParam<quant::BlockFormat> {};

// What rounding may add to an output of a super encoding with activation scales of 1, beyond that
// of the products: each step rounds a sum that holds up to `bias` times the scales of the span
// (scalar/matmul.cpp).
double span_rounding(const MatmulCase& c, std::size_t n) {
  const quant::EncodingShape& shape = quant::shape_of(c.format.encoding);
  if (!shape.is_super()) return 0;
  double scales = 0;
  quant::PanelBlock block;
  for (std::uint32_t col = 0; col < c.cols; col += shape.cols) {
    const std::byte* panel = c.matrix.panel(static_cast<std::uint32_t>(n / quant::kPanelRows));
    quant::unpack_block(c.format.encoding, panel + col / shape.cols * shape.bytes(), block);
    for (std::uint32_t g = 0; g < shape.groups(); ++g)
      scales += std::fabs(block.scales[g][n % quant::kPanelRows]);
  }
  const double steps = 2.0 * kWideActivationGroup / shape.group;
  return steps * 0x1p-24 * 12582912.0 * scales;
}

template <class Rounding>
void expect_products(const MatmulCase& c, const std::vector<float>& x, std::uint32_t batch,
                     const std::vector<float>& out, const Rounding& rounding) {
  for (std::size_t r = 0; r < batch; ++r)
    for (std::size_t n = 0; n < c.rows; ++n) {
      double sum = 0;
      double magnitude = 0;
      for (std::size_t k = 0; k < c.cols; ++k) {
        const double term = double{c.weights[n * c.cols + k]} * double{x[r * c.cols + k]};
        sum += term;
        magnitude += std::fabs(term);
      }
      ASSERT_NEAR(out[r * c.rows + n], sum, magnitude * 1e-5 + rounding(n))
          << "row " << r << " output " << n;
    }
}

TEST_P(EveryFormatMatmul, IsTheSumOfProducts) {
  const std::uint32_t cols = GetParam().block_values == 256 ? 512 : 96;
  const MatmulCase c(GetParam(), 19, cols);
  const std::uint32_t batch = 9;
  std::vector<float> x(batch * cols);
  Random random(5);
  // Whole numbers with 127 in each group quantise without error.
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = i % 32 == 0 ? 127.0F : static_cast<float>(random.next_below(255)) - 127.0F;
  const KernelTable table = scalar_table();
  std::vector<float> out(batch * c.rows, 1e30F);
  std::vector<std::byte> scratch(matmul_scratch_bytes(cols));
  table.matmul.matmul_float(c.matrix, 0, 2, x.data(), cols, batch, out.data(), c.rows, scratch);
  expect_products(c, x, batch, out, [](std::size_t) { return 0.0; });

  if (quant::shape_of(c.format.encoding).is_float()) return;
  const bool is_super = quant::shape_of(c.format.encoding).is_super();
  Quantized quantized(batch, c.matrix.cols_padded,
                      is_super ? kWideActivationGroup : kActivationGroup);
  table.matmul.quantize_rows(x.data(), cols, cols, 0, batch, quantized.view);
  out.assign(out.size(), 1e30F);
  table.matmul.matmul(c.matrix, 0, 2, quantized.view, out.data(), c.rows, scratch);
  expect_products(c, x, batch, out, [&](std::size_t n) { return span_rounding(c, n); });
}

TEST_P(EveryFormatMatmul, AddsOutliersInFloat) {
  if (quant::shape_of(GetParam().encoding).is_float()) return;
  const std::uint32_t cols = 256, batch = 2;
  MatmulCase c(GetParam(), 19, cols);
  const std::vector<float> columns = [] {
    std::vector<float> weights(2 * kOutliersMax * quant::kPanelRows);
    Random random(17);
    for (float& weight : weights) weight = static_cast<float>(random.next_double());
    return weights;
  }();
  c.matrix.outliers = columns.data();
  std::vector<float> values = {1000, -3, 77, 77, 0.5F, 2, 77, 77};
  Quantized rows(batch, c.matrix.cols_padded, kWideActivationGroup);
  rows.view.has_short_scales = true;
  const std::vector<float> zeros(batch * cols);
  const KernelTable table = scalar_table();
  table.matmul.quantize_rows(zeros.data(), cols, cols, 0, batch, rows.view);
  rows.view.outliers = values.data();
  rows.view.outlier_count = 2;
  std::vector<float> out(batch * c.rows);
  std::vector<std::byte> scratch(matmul_scratch_bytes(cols));
  table.matmul.matmul(c.matrix, 0, 2, rows.view, out.data(), c.rows, scratch);
  for (std::size_t r = 0; r < batch; ++r)
    for (std::size_t n = 0; n < c.rows; ++n) {
      const float* weights = c.matrix.panel_outliers(static_cast<std::uint32_t>(n / 16)) + n % 16;
      const float expected =
          weights[0] * values[r * kOutliersMax] + weights[16] * values[r * kOutliersMax + 1];
      EXPECT_NEAR(out[r * c.rows + n], expected, 1e-3);
    }
}

TEST_P(EveryFormatMatmul, DecodesARow) {
  const std::uint32_t cols = GetParam().block_values == 256 ? 512 : 96;
  const MatmulCase c(GetParam(), 19, cols);
  std::vector<float> row(cols);
  scalar_table().matmul.decode_row(c.matrix, 17, row.data());
  for (std::size_t k = 0; k < cols; ++k) ASSERT_EQ(row[k], c.weights[17 * cols + k]);
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormatMatmul, testing::ValuesIn(quant::all_packings()),
                         [](const auto& test) { return std::string(test.param.name); });

} // namespace
} // namespace outpost::kernels
