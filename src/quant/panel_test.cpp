#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "quant/panel.h"
#include "quant/panel_block.h"

namespace outpost::quant {
namespace {

// Every weight of a packed matrix, padding included: [panels * 16][cols_padded].
std::vector<float> unpack(const BlockFormat& format, const PanelPlan& plan,
                          const std::vector<std::byte>& packed) {
  std::vector<float> weights(packed.size() / plan.panel_bytes * 16 * plan.cols_padded);
  for (std::uint32_t row = 0; row < weights.size() / plan.cols_padded; ++row)
    decode_panel_row(format.encoding, packed.data() + row / 16 * plan.panel_bytes, row % 16, 0,
                     plan.cols_padded, weights.data() + std::size_t{row} * plan.cols_padded);
  return weights;
}

bool same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

class EveryPanel : public testing::TestWithParam<BlockFormat> {};

// Any bytes at all: every bit pattern of every block must survive the repacking.
TEST_P(EveryPanel, PanelsKeepEveryWeight) {
  const BlockFormat& format = GetParam();
  const std::uint32_t rows = 19; // one full panel and three rows of another
  const std::uint32_t cols = format.block_values * (format.block_values == 1 ? 37 : 3);
  std::vector<std::byte> source(std::size_t{rows} * cols / format.block_values *
                                format.block_bytes);
  Random random(7);
  for (std::byte& byte : source) byte = static_cast<std::byte>(random.next_below(256));
  std::vector<float> expected(std::size_t{rows} * cols);
  format.decode(source.data(), expected.size(), expected.data());

  const PanelPlan plan = plan_panels(format.encoding, rows, cols);
  ASSERT_GE(plan.cols_padded, cols);
  ASSERT_EQ(plan.panel_bytes % 64, 0u);
  ASSERT_EQ(plan.total_bytes, 2 * plan.panel_bytes);
  std::vector<std::byte> packed(plan.total_bytes, std::byte{0xff});
  pack_panels(format, source, rows, cols, 1, 2, packed); // panels are independent
  pack_panels(format, source, rows, cols, 0, 1, packed);

  const std::vector<float> weights = unpack(format, plan, packed);
  for (std::uint32_t row = 0; row < 32; ++row)
    for (std::uint32_t k = 0; k < plan.cols_padded; ++k) {
      const float weight = weights[std::size_t{row} * plan.cols_padded + k];
      const bool exists = row < rows && k < cols;
      const float wanted = exists ? expected[std::size_t{row} * cols + k] : 0.0F;
      ASSERT_TRUE(same(weight, wanted)) << row << ", " << k << ": " << weight << " " << wanted;
    }
}

// Repacking may cost rounding up to lines, not more: decode speed is bytes.
TEST_P(EveryPanel, PanelsAreNotMuchLargerThanTheFile) {
  const BlockFormat& format = GetParam();
  const PanelPlan plan = plan_panels(format.encoding, 16, 1024);
  const double file_bytes = 16.0 * 1024 / format.block_values * format.block_bytes;
  const double allowed = format.name == "TQ1_0" ? 1.27 : 1.04; // TQ1_0 is widened to 2 bits
  EXPECT_LE(static_cast<double>(plan.total_bytes), file_bytes * allowed);
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryPanel, testing::ValuesIn(all_formats()),
                         [](const auto& test) { return std::string(test.param.name); });

} // namespace
} // namespace outpost::quant
