// The ids of many texts, as llama.cpp gives them: for small vocabularies that come with the
// repository (tests/data/tokens, made by make_golden.py), and for real models where there are some.
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "gguf/gguf.h"
#include "text/vocabulary_source.h"

namespace outpost::text {
namespace {

namespace json = boost::json;
using Ids = std::vector<TokenId>;

const std::filesystem::path kData =
    std::filesystem::path(OUTPOST_SOURCE_DIR) / "tests" / "data" / "tokens";

json::value read_json(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return json::parse(text);
}

Ids ids_of(const json::value& list) { return json::value_to<Ids>(list); }

void expect_ids(const Tokenizer& tokenizer, const json::value& cases) {
  ASSERT_FALSE(cases.as_array().empty());
  for (const json::value& c : cases.as_array()) {
    const auto text = json::value_to<std::string>(c.at("text"));
    EXPECT_EQ(tokenizer.encode(text, ControlTokens::kPlain), ids_of(c.at("plain"))) << text;
    EXPECT_EQ(tokenizer.encode(text, ControlTokens::kParse), ids_of(c.at("special"))) << text;
  }
}

// What the tokens stand for is the text again.
void expect_round_trip(const Tokenizer& tokenizer, const json::value& cases) {
  for (const json::value& c : cases.as_array()) {
    const auto text = json::value_to<std::string>(c.at("text"));
    std::string bytes;
    for (const TokenId id : tokenizer.encode(text, ControlTokens::kPlain)) {
      bytes += tokenizer.bytes(id);
    }
    EXPECT_EQ(bytes, text);
  }
}

TEST(GoldenTokens, EveryPreTokenizerWithASmallVocabulary) {
  const auto file = gguf::File::open(kData / "bpe.gguf");
  ASSERT_TRUE(file) << file.error().message;
  auto source = read_vocabulary(*file);
  ASSERT_TRUE(source) << source.error().message;
  const json::value golden = read_json(kData / "tokens.json");
  for (const auto& [name, cases] : golden.as_object()) {
    if (name == "spm") continue;
    SCOPED_TRACE(std::string(name));
    source->pre = name;
    const auto tokenizer = make_tokenizer(*source);
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    expect_ids(**tokenizer, cases);
    expect_round_trip(**tokenizer, cases);
  }
}

TEST(GoldenTokens, SentencePieceWithASmallVocabulary) {
  const auto file = gguf::File::open(kData / "spm.gguf");
  ASSERT_TRUE(file) << file.error().message;
  const auto tokenizer = Tokenizer::load(*file);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  const json::value golden = read_json(kData / "tokens.json");
  expect_ids(**tokenizer, golden.at("spm"));
}

struct RealModel {
  const char* golden;
  const char* file;
};

class RealModelTokens : public ::testing::TestWithParam<RealModel> {};

TEST_P(RealModelTokens, AgreeWithLlamaCpp) {
  const char* golden_folder = std::getenv("OUTPOST_GOLDEN_DIR");
  const char* models_folder = std::getenv("OUTPOST_MODELS_DIR");
  if (golden_folder == nullptr || models_folder == nullptr) {
    GTEST_SKIP() << "needs OUTPOST_GOLDEN_DIR and OUTPOST_MODELS_DIR";
  }
  const auto model = std::filesystem::path(models_folder) / GetParam().file;
  const auto golden =
      std::filesystem::path(golden_folder) / (std::string(GetParam().golden) + ".tokens.json");
  if (!std::filesystem::exists(model) || !std::filesystem::exists(golden)) {
    GTEST_SKIP() << "needs " << model << " and " << golden;
  }
  const auto file = gguf::File::open(model);
  ASSERT_TRUE(file) << file.error().message;
  const auto tokenizer = Tokenizer::load(*file);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  expect_ids(**tokenizer, read_json(golden));
}

INSTANTIATE_TEST_SUITE_P(
    Models, RealModelTokens,
    ::testing::Values(RealModel{"smollm2-135m-q4_1", "SmolLM2-135M-Instruct.Q4_1.gguf"},
                      RealModel{"qwen2.5-coder-0.5b-q4km",
                                "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"},
                      RealModel{"gemma3-270m-q4km", "gemma-3-270m-q4_k_m.gguf"}),
    [](const auto& parameter) {
      std::string name = parameter.param.golden;
      std::erase_if(name, [](unsigned char c) { return std::isalnum(c) == 0; });
      return name;
    });

} // namespace
} // namespace outpost::text
