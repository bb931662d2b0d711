// What the decoder promises whatever the model: bits that do not depend on the company a row keeps,
// steps that allocate nothing, cancellation, forks.
#include "models/testing_model.h"
#include "support/allocation_count.h"

namespace outpost::models {
namespace {

using testing::ModelUnderTest;
using testing::same_bits;
using testing::test_model;
using testing::test_tokens;

// llama: rotation in pairs; phi3: fused matrices; gemma3: windows and post norms.
class DecoderTest : public ::testing::TestWithParam<std::string> {
protected:
  const std::filesystem::path path = test_model(GetParam());
  static constexpr std::int32_t kTokens = 130; // several pages, and more rows than a block
};

TEST_P(DecoderTest, BitsDoNotDependOnChunksOrThreads) {
  const auto tokens = test_tokens(kTokens);
  ModelUnderTest one(path);
  const auto expected = one.logits(tokens, kTokens);
  for (const unsigned threads : {1u, 2u, 3u}) {
    ModelUnderTest model(path, {.threads = threads});
    // More threads than the machine has cores wait for each other long: one step says enough.
    const std::vector<std::uint32_t> chunks =
        threads < 3 ? std::vector{1u, 2u, 16u, 50u, 100u, 512u} : std::vector{50u};
    for (const std::uint32_t chunk : chunks) {
      EXPECT_TRUE(same_bits(model.logits(tokens, chunk), expected))
          << threads << " threads, chunks of " << chunk;
    }
  }
}

// `count` sequences of different lengths and tokens take a step together.
std::vector<float> together(ModelUnderTest& model, std::uint32_t count, std::uint32_t decode_rows) {
  constexpr std::uint32_t kPagesEach = 2;
  std::vector<float> all;
  std::vector<StepSequence> sequences;
  std::vector<std::int32_t> tokens;
  for (std::uint32_t s = 0; s < count; ++s) {
    const std::span<const PageId> pages(model.pages.data() + s * kPagesEach, kPagesEach);
    const std::uint32_t length = 3 + s % 11;
    const auto prompt = test_tokens(static_cast<std::int32_t>(40 + s));
    const StepSequence sequence{pages, 0, length};
    const auto first = std::span(prompt).subspan(s % 5, length);
    EXPECT_TRUE(model.decoder->run({first, {&sequence, 1}, {}}, {}));
    sequences.push_back({pages, length, decode_rows});
    for (std::uint32_t i = 0; i < decode_rows; ++i) tokens.push_back(prompt[s + i]);
  }
  const auto wanted = ModelUnderTest::iota(count * decode_rows);
  const auto got = model.decoder->run({tokens, sequences, wanted}, {});
  return {got->begin(), got->end()};
}

TEST_P(DecoderTest, BitsDoNotDependOnOtherSequences) {
  constexpr std::uint32_t kMost = 32;
  for (const std::uint32_t rows : {1u, 3u}) {
    ModelUnderTest alone(path);
    const auto expected = together(alone, kMost, rows);
    const std::size_t row = rows * alone.model->vocabulary_size();
    for (const unsigned threads : {1u, 2u}) {
      for (const std::uint32_t count : {1u, 3u, 17u, kMost}) {
        ModelUnderTest model(path, {.threads = threads});
        EXPECT_TRUE(same_bits(together(model, count, rows), std::span(expected).first(count * row)))
            << count << " sequences, " << rows << " rows each, " << threads << " threads";
      }
    }
  }
}

TEST_P(DecoderTest, LogitsRowsAreThoseOfAllRows) {
  const auto tokens = test_tokens(kTokens);
  for (const unsigned threads : {1u, 2u}) {
    ModelUnderTest model(path, {.threads = threads});
    const auto all = model.logits(tokens);
    const std::size_t vocabulary = model.model->vocabulary_size();
    const std::vector<std::vector<std::uint32_t>> choices = {
        {129}, {0}, {3, 64, 65, 128}, {}, {0, 1, 2}};
    for (const auto& wanted : choices) {
      const StepSequence sequence{model.pages, 0, kTokens};
      const auto got = model.decoder->run({tokens, {&sequence, 1}, wanted}, {});
      ASSERT_TRUE(got);
      ASSERT_EQ(got->size(), wanted.size() * vocabulary);
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_TRUE(same_bits(got->subspan(i * vocabulary, vocabulary),
                              std::span(all).subspan(wanted[i] * vocabulary, vocabulary)));
      }
    }
    // Few rows are computed by every worker: still only those that are wanted.
    const StepSequence three{model.pages, 0, 3};
    const std::uint32_t last = 2;
    const auto got = model.decoder->run({std::span(tokens).first(3), {&three, 1}, {&last, 1}}, {});
    EXPECT_TRUE(same_bits(*got, std::span(all).subspan(2 * vocabulary, vocabulary)));
  }
}

TEST_P(DecoderTest, AStepAllocatesNothing) {
  const auto tokens = test_tokens(kTokens);
  ModelUnderTest model(path, {.threads = 2});
  const auto wanted = ModelUnderTest::iota(1);
  for (const std::uint32_t rows : {1u, 20u, 130u}) {
    const StepSequence sequence{model.pages, 0, rows};
    const Step step{std::span(tokens).first(rows), {&sequence, 1}, wanted};
    const std::size_t before = outpost::testing::allocation_count();
    const auto got = model.decoder->run(step, {});
    const std::size_t after = outpost::testing::allocation_count();
    EXPECT_TRUE(got);
    EXPECT_EQ(after - before, 0u) << rows << " rows";
  }
}

TEST_P(DecoderTest, AForkedPageContinuesAsTheOriginal) {
  const auto tokens = test_tokens(40);
  ModelUnderTest model(path);
  const auto expected = model.logits(tokens);
  const std::size_t vocabulary = model.model->vocabulary_size();
  // Position 32 on lies in page 2; the fork gets a copy of it half way and goes on from there.
  model.kv->copy_page(2, 9);
  const std::vector<PageId> pages = {0, 1, 9};
  const StepSequence sequence{pages, 36, 4};
  const auto wanted = ModelUnderTest::iota(4);
  const auto got = model.decoder->run({std::span(tokens).subspan(36), {&sequence, 1}, wanted}, {});
  EXPECT_TRUE(same_bits(*got, std::span(expected).subspan(36 * vocabulary)));
}

INSTANTIATE_TEST_SUITE_P(Architectures, DecoderTest,
                         ::testing::Values("llama.gguf", "phi3.gguf", "gemma3.gguf"),
                         [](const auto& parameter) {
                           return parameter.param.substr(0, parameter.param.find('.'));
                         });

TEST(Decoder, StopsWhenCancelled) {
  const auto tokens = test_tokens(20);
  ModelUnderTest model(test_model("llama.gguf"), {.threads = 2});
  CancelSource source;
  source.cancel();
  const StepSequence sequence{model.pages, 0, 20};
  const auto got = model.decoder->run({tokens, {&sequence, 1}, {}}, source.token());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kCancelled);
  // The decoder is as good as new.
  EXPECT_TRUE(model.decoder->run({tokens, {&sequence, 1}, {}}, {}));
}

TEST(Decoder, RefusesAnArenaOfAnotherModel) {
  ModelUnderTest llama(test_model("llama.gguf"));
  ModelUnderTest gemma(test_model("gemma3.gguf"));
  platform::Workers workers(1);
  const auto made = Decoder::make(*llama.model, *gemma.kv, workers, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
}

} // namespace
} // namespace outpost::models
