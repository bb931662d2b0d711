#include <gtest/gtest.h>

#include "gguf/gguf.h"
#include "gguf/testing_writer.h"
#include "text/special_tokens.h"
#include "text/testing_vocabulary.h"
#include "text/vocabulary.h"

namespace outpost::text {
namespace {

using testing::bpe_vocabulary;
using testing::TestVocabulary;
using Ids = std::vector<TokenId>;

TestVocabulary with_special_tokens() {
  TestVocabulary vocabulary = bpe_vocabulary("qwen2", {{"<", "|"}});
  vocabulary.add("<|im_start|>", TokenKind::kControl); // 257
  vocabulary.add("<|im_end|>", TokenKind::kControl);   // 258
  vocabulary.add("<tool>", TokenKind::kUserDefined);   // 259
  vocabulary.add("<tool><", TokenKind::kUserDefined);  // 260
  vocabulary.eos = 258;
  return vocabulary;
}

TEST(Vocabulary, ControlTokensAreParsedOnlyWhenAsked) {
  const auto tokenizer = with_special_tokens().tokenizer();
  EXPECT_EQ(tokenizer->encode("<|im_end|>", ControlTokens::kParse), Ids{258});
  EXPECT_EQ(tokenizer->encode("<|im_end|>", ControlTokens::kPlain),
            (Ids{256, 'i', 'm', '_', 'e', 'n', 'd', '|', '>'}));
  EXPECT_EQ(tokenizer->encode("a<|im_start|><|im_end", ControlTokens::kParse),
            (Ids{'a', 257, 256, 'i', 'm', '_', 'e', 'n', 'd'}));
}

TEST(Vocabulary, UserDefinedTokensAreAlwaysMatchedTheLongestFirst) {
  const auto tokenizer = with_special_tokens().tokenizer();
  EXPECT_EQ(tokenizer->encode("x<tool>y", ControlTokens::kPlain), (Ids{'x', 259, 'y'}));
  EXPECT_EQ(tokenizer->encode("<tool><", ControlTokens::kPlain), Ids{260});
  EXPECT_EQ(tokenizer->encode("<tool><tool>", ControlTokens::kPlain),
            (Ids{260, 't', 'o', 'o', 'l', '>'}));
}

TEST(Vocabulary, BytesKindsAndSpellings) {
  const auto tokenizer = with_special_tokens().tokenizer();
  EXPECT_EQ(tokenizer->bytes(' '), " ");
  EXPECT_EQ(tokenizer->spelling(' '), "Ġ");
  EXPECT_EQ(tokenizer->bytes(257), "");
  EXPECT_EQ(tokenizer->spelling(257), "<|im_start|>");
  EXPECT_EQ(tokenizer->kind(257), TokenKind::kControl);
  EXPECT_EQ(tokenizer->bytes(259), "<tool>");
  EXPECT_EQ(tokenizer->find("<tool>"), 259);
  EXPECT_EQ(tokenizer->find("no such token"), std::nullopt);
  EXPECT_EQ(tokenizer->vocabulary_size(), 261u);
  for (const TokenId outside : {-1, 261, 1 << 30}) {
    EXPECT_EQ(tokenizer->bytes(outside), "");
    EXPECT_EQ(tokenizer->spelling(outside), "");
  }
}

TEST(Vocabulary, EndTokensByIdAndBySpelling) {
  TestVocabulary vocabulary = with_special_tokens();
  vocabulary.eos = 0;
  vocabulary.add("<|endoftext|>", TokenKind::kNormal); // 261: a mistaken type
  const auto tokenizer = vocabulary.tokenizer();
  EXPECT_EQ(Ids(tokenizer->end_tokens().begin(), tokenizer->end_tokens().end()),
            (Ids{0, 258, 261}));
  EXPECT_EQ(tokenizer->kind(261), TokenKind::kControl);
  EXPECT_NE(tokenizer->encode("<|endoftext|>", ControlTokens::kPlain), Ids{261});
}

TEST(Vocabulary, DuplicateAndEmptyTokensAreHarmless) {
  TestVocabulary vocabulary = with_special_tokens();
  vocabulary.add("<|im_end|>", TokenKind::kUserDefined);
  vocabulary.add("", TokenKind::kControl);
  vocabulary.add("", TokenKind::kUserDefined);
  vocabulary.add("a");
  const auto tokenizer = vocabulary.tokenizer();
  EXPECT_EQ(tokenizer->encode("a", ControlTokens::kPlain), Ids{'a'});
  EXPECT_EQ(tokenizer->encode("<|im_end|>", ControlTokens::kParse), Ids{258});
  EXPECT_NE(tokenizer->encode("<|im_end|>", ControlTokens::kPlain).size(), 1u);
}

TEST(Vocabulary, DamagedListsAreRefused) {
  TestVocabulary empty;
  empty.model = "gpt2";
  empty.pre = "gpt-2";
  EXPECT_EQ(empty.refusal().code, ErrorCode::kCorruptData);
  TestVocabulary few_kinds = with_special_tokens();
  few_kinds.kinds.pop_back();
  EXPECT_EQ(few_kinds.refusal().code, ErrorCode::kCorruptData);
  TestVocabulary far_eos = with_special_tokens();
  far_eos.eos = 261;
  EXPECT_EQ(far_eos.refusal().code, ErrorCode::kCorruptData);
  EXPECT_NE(far_eos.refusal().message.find("eos_token_id"), std::string::npos);
  TestVocabulary long_special = with_special_tokens();
  long_special.add(std::string(Vocabulary::kSpecialTokenBytesMax + 1, 'x'), TokenKind::kControl);
  EXPECT_EQ(long_special.refusal().code, ErrorCode::kLimitExceeded);
}

TEST(Vocabulary, SpecialTokensInAMebibyteOfBeginnings) {
  TestVocabulary vocabulary = with_special_tokens();
  std::string text;
  while (text.size() < testing::kLongTextBytes) text += "<|im_start<tool";
  const auto tokenizer = vocabulary.tokenizer();
  EXPECT_GT(tokenizer->encode(text, ControlTokens::kParse).size(), text.size() / 2);
}

// The keys of a real file, through the GGUF reader.
class FileOfKeys : public ::testing::Test {
protected:
  gguf::testing::Writer writer;

  void SetUp() override {
    writer.string("tokenizer.ggml.model", "gpt2").string("tokenizer.ggml.pre", "gpt-2");
  }
  Error refusal() {
    const std::vector<std::byte> bytes = writer.build();
    auto file = gguf::File::parse(bytes);
    if (!file) return file.error();
    auto made = Tokenizer::load(*file);
    return made ? Error{} : made.error();
  }
};

TEST_F(FileOfKeys, LoadsWhatItNeeds) {
  writer.strings("tokenizer.ggml.tokens", {"a", "b", "ab", "<e>"})
      .strings("tokenizer.ggml.merges", {"a b"})
      .numbers<std::int32_t>("tokenizer.ggml.token_type", gguf::ValueType::kInt32, {1, 1, 1, 3})
      .uint32("tokenizer.ggml.bos_token_id", 3)
      .boolean("tokenizer.ggml.add_bos_token", true);
  const std::vector<std::byte> bytes = writer.build();
  const auto file = gguf::File::parse(bytes);
  ASSERT_TRUE(file) << file.error().message;
  const auto tokenizer = Tokenizer::load(*file);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  EXPECT_EQ((*tokenizer)->encode("aab<e>", ControlTokens::kParse), (Ids{0, 2, 3}));
  EXPECT_EQ((*tokenizer)->bos(), 3);
  EXPECT_TRUE((*tokenizer)->adds_bos());
}

TEST_F(FileOfKeys, MissingKeysAreNamed) {
  EXPECT_NE(refusal().message.find("tokenizer.ggml.tokens"), std::string::npos);
  writer = {};
  EXPECT_NE(refusal().message.find("tokenizer.ggml.model"), std::string::npos);
}

TEST_F(FileOfKeys, TokensOfTheWrongTypeAreRefused) {
  writer.string("tokenizer.ggml.tokens", "a");
  EXPECT_EQ(refusal().code, ErrorCode::kCorruptData);
}

TEST_F(FileOfKeys, ElementsOfTheWrongTypeAreRefused) {
  writer.numbers<std::uint32_t>("tokenizer.ggml.tokens", gguf::ValueType::kUint32, {1, 2});
  EXPECT_EQ(refusal().code, ErrorCode::kCorruptData);
}

TEST_F(FileOfKeys, TypesOfTheWrongTypeAreRefused) {
  writer.strings("tokenizer.ggml.tokens", {"a", "b"})
      .strings("tokenizer.ggml.token_type", {"1", "1"});
  EXPECT_EQ(refusal().code, ErrorCode::kCorruptData);
}

TEST_F(FileOfKeys, ANegativeIdIsRefused) {
  writer.strings("tokenizer.ggml.tokens", {"a", "b"})
      .scalar<std::int32_t>("tokenizer.ggml.eos_token_id", gguf::ValueType::kInt32, -1);
  EXPECT_EQ(refusal().code, ErrorCode::kCorruptData);
}

} // namespace
} // namespace outpost::text
