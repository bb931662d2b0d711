#include <gtest/gtest.h>

#include "base/random.h"
#include "text/testing_vocabulary.h"
#include "text/tokenizer.h"

namespace outpost::text {
namespace {

using testing::bpe_vocabulary;
using testing::sentencepiece_vocabulary;

class OneTokenAByte : public ::testing::Test {
protected:
  std::unique_ptr<Tokenizer> tokenizer = bpe_vocabulary("gpt-2", {{"a", "b"}}).tokenizer();

  std::vector<std::string> stream(std::string_view bytes) {
    Detokenizer detokenizer(*tokenizer);
    std::vector<std::string> texts;
    for (const char c : bytes) texts.push_back(detokenizer.push(static_cast<unsigned char>(c)));
    texts.push_back(detokenizer.finish());
    return texts;
  }
  std::string joined(std::string_view bytes) {
    std::string all;
    for (const std::string& text : stream(bytes)) all += text;
    return all;
  }
};

TEST_F(OneTokenAByte, HoldsBackUnfinishedCharacters) {
  EXPECT_EQ(stream("é!"), (std::vector<std::string>{"", "é", "!", ""}));
  EXPECT_EQ(stream("😀"), (std::vector<std::string>{"", "", "", "😀", ""}));
}

TEST_F(OneTokenAByte, ReplacesWhatCanNeverBecomeACharacter) {
  EXPECT_EQ(stream("\xFFx"), (std::vector<std::string>{"\uFFFD", "x", ""}));
  EXPECT_EQ(stream("\xE2\x82x"), (std::vector<std::string>{"", "", "\uFFFDx", ""}));
  EXPECT_EQ(stream("\xE2\x82"), (std::vector<std::string>{"", "", "\uFFFD"}));
  EXPECT_EQ(joined("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(joined("\xC0\xAF"), "\uFFFD\uFFFD");
}

TEST_F(OneTokenAByte, EveryPieceIsValidUtf8WhateverTheTokens) {
  Random random(9);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(1 + random.next_below(12), '\0');
    for (char& c : bytes) {
      c = static_cast<char>(random.next_below(4) == 0 ? 'a' : 0x80 + random.next_below(128));
    }
    for (const std::string& text : stream(bytes)) {
      for (std::size_t at = 0; at < text.size();) {
        const Utf8 c = decode_utf8(std::string_view(text).substr(at));
        ASSERT_EQ(c.state, Utf8::State::kWhole);
        at += c.size_bytes;
      }
    }
  }
}

TEST(Detokenizer, DropsOnlyTheFirstPrefixSpace) {
  auto vocabulary = sentencepiece_vocabulary();
  const TokenId word = vocabulary.add("▁a");
  const auto tokenizer = vocabulary.tokenizer();
  Detokenizer detokenizer(*tokenizer, true);
  EXPECT_EQ(detokenizer.push(1), "") << "control tokens are no text";
  EXPECT_EQ(detokenizer.push(word), "a");
  EXPECT_EQ(detokenizer.push(word), " a");
  EXPECT_EQ(detokenizer.push(-7), "");
  EXPECT_EQ(detokenizer.finish(), "");
}

TEST(Detokenizer, SpellsTheControlTokensItIsAskedTo) {
  const auto tokenizer = sentencepiece_vocabulary().tokenizer();
  const TokenId spelled[] = {1};
  Detokenizer detokenizer(*tokenizer, false, spelled);
  EXPECT_EQ(detokenizer.push(1), tokenizer->spelling(1));
  EXPECT_EQ(detokenizer.push(2), "") << "others stay unseen";
}

} // namespace
} // namespace outpost::text
