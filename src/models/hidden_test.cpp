// Hidden states: those of models that only embed against plain numpy
// (tests/data/models/make_bert.py, which llama.cpp agrees with), and what the decoder promises of
// them beside logits.
#include <cmath>
#include <fstream>
#include <iterator>

#include "models/testing_model.h"
#include "support/npy.h"

namespace outpost::models {
namespace {

using testing::ModelUnderTest;
using testing::same_bits;
using testing::test_model;
using testing::test_tokens;

std::vector<float> hidden_of(ModelUnderTest& model, std::span<const std::int32_t> tokens) {
  const auto rows = static_cast<std::uint32_t>(tokens.size());
  const StepSequence sequence{model.pages, 0, rows};
  const auto wanted = ModelUnderTest::iota(rows);
  EXPECT_TRUE(model.decoder->run({tokens, {&sequence, 1}, {}, wanted}, {}));
  const auto hidden = model.decoder->hidden();
  return {hidden.begin(), hidden.end()};
}

class EncoderTest : public ::testing::TestWithParam<std::string> {};

TEST_P(EncoderTest, GivesTheReference) {
  const auto reference = outpost::testing::read_npy(test_model(GetParam() + ".npy"));
  ASSERT_EQ(reference.rows, 32u);
  for (const auto& table : kernels::supported_kernels(platform::cpu_features())) {
    SCOPED_TRACE(table.isa);
    ModelUnderTest model(test_model(GetParam() + ".gguf"),
                         {.precise = true, .isa = std::string(table.isa)});
    EXPECT_FALSE(model.model->is_causal());
    const auto hidden = hidden_of(model, test_tokens(32));
    ASSERT_EQ(hidden.size(), reference.values.size());
    float worst = 0;
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      worst = std::max(worst, std::abs(hidden[i] - reference.values[i]));
    }
    EXPECT_LT(worst, 4e-3F); // of values around 1; the precise mode's GELU is in half precision
  }
}

TEST_P(EncoderTest, BitsDoNotDependOnThreadsOrCompany) {
  const auto tokens = test_tokens(120);
  const std::span<const std::int32_t> one = std::span(tokens).first(50),
                                      other = std::span(tokens).last(70);
  ModelUnderTest alone(test_model(GetParam() + ".gguf"));
  const auto expected_one = hidden_of(alone, one), expected_other = hidden_of(alone, other);
  for (const unsigned threads : {1u, 2u}) {
    ModelUnderTest model(test_model(GetParam() + ".gguf"), {.threads = threads});
    const std::array<StepSequence, 2> sequences = {
        StepSequence{std::span(model.pages).first(8), 0, 50},
        StepSequence{std::span(model.pages).last(8), 0, 70}};
    const auto wanted = ModelUnderTest::iota(120);
    ASSERT_TRUE(model.decoder->run({tokens, sequences, {}, wanted}, {}));
    const auto both = model.decoder->hidden();
    EXPECT_TRUE(same_bits(both.first(expected_one.size()), expected_one));
    EXPECT_TRUE(same_bits(both.last(expected_other.size()), expected_other));
  }
}

INSTANTIATE_TEST_SUITE_P(Architectures, EncoderTest, ::testing::Values("bert", "nomic-bert"),
                         [](const auto& tested) {
                           return tested.param == "bert" ? "bert" : "nomic";
                         });

TEST(Hidden, StandsBesideLogits) {
  const auto tokens = test_tokens(100);
  ModelUnderTest alone(test_model("qwen2.gguf"));
  const auto expected = hidden_of(alone, tokens);
  const auto logits = alone.logits(tokens);
  const std::size_t width = alone.decoder->width(), vocabulary = alone.model->vocabulary_size();
  std::vector<std::uint32_t> logits_rows, hidden_rows;
  for (std::uint32_t row = 0; row < 100; row += 3) logits_rows.push_back(row);
  for (std::uint32_t row = 1; row < 100; row += 9) hidden_rows.push_back(row);
  ModelUnderTest model(test_model("qwen2.gguf"), {.threads = 2});
  const StepSequence sequence{model.pages, 0, 100};
  const auto got = model.decoder->run({tokens, {&sequence, 1}, logits_rows, hidden_rows}, {});
  ASSERT_TRUE(got);
  for (std::size_t i = 0; i < logits_rows.size(); ++i) {
    EXPECT_TRUE(same_bits(got->subspan(i * vocabulary, vocabulary),
                          std::span(logits).subspan(logits_rows[i] * vocabulary, vocabulary)));
  }
  for (std::size_t i = 0; i < hidden_rows.size(); ++i) {
    EXPECT_TRUE(same_bits(model.decoder->hidden().subspan(i * width, width),
                          std::span(expected).subspan(hidden_rows[i] * width, width)));
  }
}

std::vector<float> inner_of(ModelUnderTest& model, std::span<const std::int32_t> tokens,
                            std::span<const std::uint32_t> wanted) {
  const StepSequence sequence{model.pages, 0, static_cast<std::uint32_t>(tokens.size())};
  EXPECT_TRUE(model.decoder->run({tokens, {&sequence, 1}, wanted, {}, wanted}, {}));
  const auto inner = model.decoder->inner();
  return {inner.begin(), inner.end()};
}

// A copy of the model without its last layers.
std::filesystem::path without_layers_from(std::uint32_t layer, const std::string& name) {
  std::ifstream in(test_model(name + ".gguf"), std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const std::string key = name + ".block_count";
  const std::size_t at = bytes.find(key);
  EXPECT_NE(at, std::string::npos);
  constexpr std::size_t kTypeBytes = 4;
  std::memcpy(bytes.data() + at + key.size() + kTypeBytes, &layer, sizeof(layer));
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "cut.gguf";
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

TEST(Inner, IsWhatTheLayersBelowGive) {
  const auto tokens = test_tokens(40);
  const auto rows = ModelUnderTest::iota(40);
  ModelUnderTest whole(test_model("qwen2.gguf"), {.precise = true});
  ModelUnderTest cut(without_layers_from(inner_layer(whole.model->layer_count()), "qwen2"),
                     {.precise = true});
  const auto inner = inner_of(whole, tokens, rows);
  const auto below = hidden_of(cut, tokens); // with the weights of the last norm
  const std::size_t width = whole.decoder->width();
  ASSERT_EQ(inner.size(), below.size());
  for (std::size_t column = 0; column < width; ++column) {
    const double weight = below[column] / inner[column];
    for (std::size_t row = 1; row < 40; ++row) {
      EXPECT_NEAR(inner[row * width + column] * weight, below[row * width + column],
                  1e-4 * std::abs(weight));
    }
  }
}

TEST(Inner, BitsDoNotDependOnThreadsOrCompany) {
  const auto tokens = test_tokens(100);
  ModelUnderTest alone(test_model("qwen2.gguf"));
  const auto expected = inner_of(alone, tokens, ModelUnderTest::iota(100));
  const std::size_t width = alone.decoder->width();
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t row = 2; row < 100; row += 7) wanted.push_back(row);
  for (const std::size_t count : {3u, 30u, 100u}) { // replicated, by panels, by blocks
    ModelUnderTest model(test_model("qwen2.gguf"), {.threads = 2});
    std::vector<std::uint32_t> here = wanted;
    std::erase_if(here, [count](std::uint32_t row) { return row >= count; });
    const auto inner = inner_of(model, std::span(tokens).first(count), here);
    ASSERT_EQ(inner.size(), here.size() * width);
    for (std::size_t i = 0; i < here.size(); ++i) {
      EXPECT_TRUE(same_bits(std::span(inner).subspan(i * width, width),
                            std::span(expected).subspan(here[i] * width, width)));
    }
  }
}

} // namespace
} // namespace outpost::models
