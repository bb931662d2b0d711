// Every table's row kernels against plain double arithmetic, on ragged lengths and extreme values.
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/kernels.h"
#include "kernels/rows.h"

namespace outpost::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> random_values(std::size_t n, std::uint64_t seed, double spread = 4) {
  Random random(seed);
  std::vector<float> values(n);
  for (float& v : values) v = static_cast<float>((random.next_double() * 2 - 1) * spread);
  return values;
}

// Relative to the expected value, or to the smallest normal float where that is zero.
void expect_close(float actual, double expected, double bound) {
  const double scale = std::max(std::abs(expected), 1e-37);
  EXPECT_LE(std::abs(actual - expected), bound * scale) << actual << " for " << expected;
}

class RowKernelsTest : public testing::TestWithParam<std::size_t> {
protected:
  const std::size_t n = GetParam();
  const std::vector<KernelTable> tables = supported_kernels(platform::cpu_features());
};

TEST_P(RowKernelsTest, RmsNormWithAndWithoutWeight) {
  const auto x = random_values(n, 1), weight = random_values(n, 2);
  double squares = 0;
  for (const float v : x) squares += double{v} * v;
  const double factor = 1 / std::sqrt(squares / static_cast<double>(n) + 1e-5);
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    std::vector<float> out(n), in_place = x;
    table.rows.rms_norm(x.data(), weight.data(), n, 1e-5F, out.data());
    table.rows.rms_norm(in_place.data(), nullptr, n, 1e-5F, in_place.data());
    for (std::size_t i = 0; i < n; ++i) {
      expect_close(out[i], x[i] * factor * weight[i], 1e-6);
      expect_close(in_place[i], x[i] * factor, 1e-6);
    }
  }
}

TEST_P(RowKernelsTest, RopeTurnsEachPairByItsAngle) {
  const auto x = random_values(2 * n, 3), angle = random_values(n, 4);
  std::vector<float> cos(n), sin(n);
  for (std::size_t i = 0; i < n; ++i) {
    cos[i] = std::cos(angle[i]);
    sin[i] = std::sin(angle[i]);
  }
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    std::vector<float> halves = x, pairs = x;
    table.rows.rope_halves(halves.data(), cos.data(), sin.data(), n);
    table.rows.rope_pairs(pairs.data(), cos.data(), sin.data(), n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto first = [&](double a, double b) { return a * cos[i] - b * sin[i]; };
      const auto second = [&](double a, double b) { return a * sin[i] + b * cos[i]; };
      EXPECT_NEAR(halves[i], first(x[i], x[i + n]), 2e-6);
      EXPECT_NEAR(halves[i + n], second(x[i], x[i + n]), 2e-6);
      EXPECT_NEAR(pairs[2 * i], first(x[2 * i], x[2 * i + 1]), 2e-6);
      EXPECT_NEAR(pairs[2 * i + 1], second(x[2 * i], x[2 * i + 1]), 2e-6);
    }
  }
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST_P(RowKernelsTest, Gates) {
  auto gate = random_values(n, 5, 12);
  const auto up = random_values(n, 6);
  if (n > 4) {
    gate[0] = 0;
    gate[1] = 60;
    gate[2] = -60;
    gate[3] = -1e30F;
    gate[4] = 3e-39F;
  }
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    std::vector<float> silu(n), gelu(n), relu2 = gate;
    table.rows.silu_gate(gate.data(), up.data(), n, silu.data());
    table.rows.gelu_gate(gate.data(), up.data(), n, gelu.data());
    table.rows.relu2_gate(relu2.data(), up.data(), n, relu2.data());
    for (std::size_t i = 0; i < n; ++i) {
      const double g = gate[i];
      // What underflows float may come out as zero.
      const auto expect = [&](float actual, double expected) {
        if (std::abs(expected) > 1e-30)
          expect_close(actual, expected, 1e-5);
        else
          EXPECT_NEAR(actual, 0, 1e-29);
      };
      expect(silu[i], g * sigmoid(g) * up[i]);
      expect(gelu[i], g * sigmoid(2 * std::sqrt(2 / M_PI) * (g + 0.044715 * g * g * g)) * up[i]);
      expect(relu2[i], g > 0 ? g * g * up[i] : 0);
    }
  }
}

TEST_P(RowKernelsTest, SumsScalesAndCaps) {
  const auto x = random_values(n, 7, 100), y = random_values(n, 8);
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    std::vector<float> sum = x, product = x, capped = x;
    table.rows.add(sum.data(), y.data(), n);
    table.rows.scale(product.data(), 0.125F, n);
    table.rows.soft_cap(capped.data(), 30, n);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_EQ(sum[i], x[i] + y[i]);
      EXPECT_EQ(product[i], x[i] * 0.125F);
      EXPECT_NEAR(capped[i], 30 * std::tanh(x[i] / 30.0), 30e-6);
    }
  }
}

TEST_P(RowKernelsTest, NothingBehindTheRowIsTouched) {
  const auto x = random_values(2 * n, 9);
  const std::vector<float> ones(n, 1);
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    std::vector<float> out(n + 16, 7);
    const RowKernels& k = table.rows;
    k.rms_norm(x.data(), nullptr, n, 1e-5F, out.data());
    k.silu_gate(x.data(), x.data(), n, out.data());
    k.gelu_gate(x.data(), x.data(), n, out.data());
    k.relu2_gate(x.data(), x.data(), n, out.data());
    k.add(out.data(), x.data(), n);
    k.scale(out.data(), 2, n);
    if (n % 2 == 0) k.rope_halves(out.data(), ones.data(), ones.data(), n / 2);
    if (n % 2 == 0) k.rope_pairs(out.data(), ones.data(), ones.data(), n / 2);
    for (std::size_t i = n; i < out.size(); ++i) EXPECT_EQ(out[i], 7);
  }
}

TEST_P(RowKernelsTest, ArgmaxTakesTheFirstOfEqualsAndNoNan) {
  auto x = random_values(n, 10);
  x[n / 2] = x[n - 1] = 50;
  x[0] = n > 2 ? kNan : x[0];
  const std::vector<float> nothing(n, kNan), lowest(n, -kInfinity);
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    EXPECT_EQ(table.rows.argmax(x.data(), n), n / 2);
    EXPECT_EQ(table.rows.argmax(nothing.data(), n), 0u);
    EXPECT_EQ(table.rows.argmax(lowest.data(), n), 0u);
  }
}

TEST_P(RowKernelsTest, LogSumExp) {
  auto x = random_values(n, 11, 30);
  if (n > 2) x[1] = -kInfinity;
  double sum = 0;
  for (const float v : x) sum += std::exp(double{v});
  for (const KernelTable& table : tables) {
    EXPECT_NEAR(table.rows.log_sum_exp(x.data(), n), std::log(sum), 1e-5) << table.isa;
  }
}

INSTANTIATE_TEST_SUITE_P(Lengths, RowKernelsTest,
                         testing::Values(1, 2, 7, 8, 15, 16, 17, 31, 48, 100, 576, 1025));

} // namespace
} // namespace outpost::kernels
