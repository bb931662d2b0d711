#include <cmath>
#include <limits>

#include "base/random.h"
#include "models/choose_outliers.h"
#include "models/testing_model.h"
#include "models/weights.h"
#include "quant/panel_block.h"

namespace outpost::models {
namespace {

constexpr std::uint32_t kRows = 40, kCols = 160, kGroup = 32;

std::vector<float> noise() {
  std::vector<float> x(kRows * kCols);
  Random random(9);
  for (float& value : x) value = static_cast<float>(random.next_double() * 2 - 1);
  return x;
}

std::vector<std::uint32_t> outliers_of(const std::vector<float>& x) {
  return find_outliers(x.data(), kCols, kRows, kCols, kGroup);
}

TEST(FindOutliers, TakesTheColumnsThatStandOut) {
  std::vector<float> x = noise();
  for (std::uint32_t row = 0; row < kRows; ++row) {
    x[row * kCols + 33] *= 60;
    x[row * kCols + 37] *= 30; // in the same group: stands out once the first is gone
    x[row * kCols + 150] *= 20;
  }
  const auto found = outliers_of(x);
  ASSERT_GE(found.size(), 3u);
  EXPECT_EQ(found[0], 33u);
  EXPECT_EQ(found[1], 37u);
  EXPECT_EQ(found[2], 150u);
}

TEST(FindOutliers, LeavesEvenRowsAlone) {
  const std::vector<float> ones(kRows * kCols, 1.0F), zeros(kRows * kCols);
  EXPECT_TRUE(outliers_of(ones).empty());
  EXPECT_TRUE(outliers_of(zeros).empty());
  EXPECT_LE(outliers_of(noise()).size(), kOutliersMax);
}

TEST(FindOutliers, EndsOnNumbersThatAreNone) {
  std::vector<float> x = noise();
  x[5] = std::numeric_limits<float>::quiet_NaN();
  x[77] = std::numeric_limits<float>::infinity();
  EXPECT_LE(outliers_of(x).size(), kOutliersMax);
}

// Each outlier's weights, as decoding the whole row gives them.
void expect_decoded(const MatrixGroup& group) {
  for (const Matrix& matrix : group.matrices()) {
    const quant::PackedMatrix& w = matrix.packed;
    std::vector<float> row(w.cols_padded);
    for (std::uint32_t n = 0; n < w.rows; ++n) {
      quant::decode_panel_row(w.encoding, w.panel(n / 16), n % 16, 0, w.cols, row.data());
      for (std::size_t i = 0; i < group.outlier_columns().size(); ++i)
        EXPECT_EQ(w.panel_outliers(n / 16)[i * 16 + n % 16], row[group.outlier_columns()[i]]);
    }
  }
}

TEST(ChooseOutliers, GivesEveryGroupItsColumns) {
  for (const char* name : {"llama.gguf", "phi3.gguf", "gemma3.gguf", "bitnet.gguf"}) {
    SCOPED_TRACE(name);
    testing::ModelUnderTest model(testing::test_model(name));
    const Weights& weights = model.model->parts().weights;
    std::size_t count = weights.output.outlier_columns().size();
    expect_decoded(weights.output);
    for (const LayerWeights& layer : weights.layers)
      for (const MatrixGroup* group :
           {&layer.qkv, &layer.attention_output, &layer.gate_up, &layer.down}) {
        if (!group->takes_codes) continue;
        ASSERT_TRUE(group->has_outlier_tables());
        EXPECT_TRUE(group->members[0].outliers.are_chosen(group->cols));
        expect_decoded(*group);
        count += group->outlier_columns().size();
      }
    EXPECT_GT(count, 0u);
  }
}

TEST(ChooseOutliers, LeavesThePreciseModeAlone) {
  testing::ModelUnderTest model(testing::test_model("llama.gguf"), {.precise = true});
  EXPECT_FALSE(model.model->parts().weights.output.has_outlier_tables());
}

TEST(Outliers, ATableThatIsNotOursIsNotBelieved) {
  Outliers::Table table{.is_chosen = 1, .count = 2, .columns = {3, 63}};
  const Outliers outliers{.table = &table, .weights = nullptr};
  EXPECT_TRUE(outliers.are_chosen(64));
  EXPECT_FALSE(outliers.are_chosen(63));
  table.count = kOutliersMax + 1;
  EXPECT_FALSE(outliers.are_chosen(64));
  table = {.is_chosen = 0, .count = 0, .columns = {}};
  EXPECT_FALSE(outliers.are_chosen(64));
}

} // namespace
} // namespace outpost::models
