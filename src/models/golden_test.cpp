// Every architecture's tiny model against the logits that llama.cpp gives for it with F32 weights
// and an F32 cache (tests/data/models/make.py), under every kernel table of this processor.
#include <cmath>

#include "models/testing_model.h"
#include "support/npy.h"

namespace outpost::models {
namespace {

using testing::ModelUnderTest;

struct GoldenCase {
  std::string name;
  std::string reference;
  std::uint32_t context_tokens_max;
};

class GoldenTest : public ::testing::TestWithParam<GoldenCase> {};

double log_sum_exp(std::span<const float> row) {
  const double largest = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (const float x : row) sum += std::exp(x - largest);
  return largest + std::log(sum);
}

double mean_kl(const outpost::testing::Table& reference, std::span<const float> logits) {
  double total = 0;
  for (std::size_t r = 0; r < reference.rows; ++r) {
    const std::span<const float> p(reference.row(r), reference.cols);
    const std::span<const float> q = logits.subspan(r * reference.cols, reference.cols);
    const double p_sum = log_sum_exp(p), q_sum = log_sum_exp(q);
    for (std::size_t t = 0; t < p.size(); ++t) {
      total += std::exp(p[t] - p_sum) * ((p[t] - p_sum) - (q[t] - q_sum));
    }
  }
  return total / static_cast<double>(reference.rows);
}

TEST_P(GoldenTest, PreciseModeGivesTheReference) {
  const GoldenCase& c = GetParam();
  const auto reference = outpost::testing::read_npy(testing::test_model(c.reference));
  ASSERT_EQ(reference.rows, 32u);
  for (const auto& table : kernels::supported_kernels(platform::cpu_features())) {
    SCOPED_TRACE(table.isa);
    ModelUnderTest model(testing::test_model(c.name), {.precise = true,
                                                       .context_tokens_max = c.context_tokens_max,
                                                       .isa = std::string(table.isa)});
    const auto logits = model.logits(testing::test_tokens(32));
    ASSERT_EQ(logits.size(), reference.values.size());
    float worst = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      worst = std::max(worst, std::abs(logits[i] - reference.values[i]));
    }
    EXPECT_LT(worst, 1e-3F);
    EXPECT_LT(mean_kl(reference, logits), 1e-6);
  }
}

TEST_P(GoldenTest, DefaultModeStaysClose) {
  const GoldenCase& c = GetParam();
  const auto reference = outpost::testing::read_npy(testing::test_model(c.reference));
  for (const auto& table : kernels::supported_kernels(platform::cpu_features())) {
    SCOPED_TRACE(table.isa);
    ModelUnderTest model(testing::test_model(c.name), {.context_tokens_max = c.context_tokens_max,
                                                       .isa = std::string(table.isa)});
    // Random weights make spiky distributions: int8 activations cost more here than in real models.
    EXPECT_LT(mean_kl(reference, model.logits(testing::test_tokens(32))), 2e-2);
  }
}

INSTANTIATE_TEST_SUITE_P(Architectures, GoldenTest,
                         ::testing::Values(GoldenCase{"llama.gguf", "llama.npy", 0},
                                           GoldenCase{"qwen2.gguf", "qwen2.npy", 0},
                                           GoldenCase{"qwen3.gguf", "qwen3.npy", 0},
                                           GoldenCase{"phi3.gguf", "phi3.npy", 256},
                                           GoldenCase{"phi3.gguf", "phi3.long.npy", 1024},
                                           GoldenCase{"gemma3.gguf", "gemma3.npy", 0},
                                           GoldenCase{"bitnet.gguf", "bitnet.npy", 0}),
                         [](const auto& parameter) {
                           std::string name = parameter.param.reference;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

} // namespace
} // namespace outpost::models
