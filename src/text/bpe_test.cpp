#include <gtest/gtest.h>

#include "base/random.h"
#include "text/bpe.h"
#include "text/testing_vocabulary.h"

namespace outpost::text {
namespace {

using testing::bpe_vocabulary;
using testing::TestVocabulary;
using Ids = std::vector<TokenId>;

// 256 th, 257 the, 258 " the", 259 "he"
TestVocabulary english() {
  return bpe_vocabulary("gpt-2", {{"t", "h"}, {"th", "e"}, {" ", "the"}, {"h", "e"}});
}

TEST(Bpe, MergesByRankThenFromTheLeft) {
  const auto tokenizer = english().tokenizer();
  EXPECT_EQ(tokenizer->encode("the the", ControlTokens::kPlain), (Ids{257, 258}));
  EXPECT_EQ(tokenizer->encode(" t", ControlTokens::kPlain), (Ids{' ', 't'}));
  EXPECT_EQ(tokenizer->encode("hehe", ControlTokens::kPlain), (Ids{259, 259}));
  EXPECT_EQ(tokenizer->encode("thhe", ControlTokens::kPlain), (Ids{256, 259}));
  EXPECT_TRUE(tokenizer->encode("", ControlTokens::kPlain).empty());
}

TEST(Bpe, WholeWordsComeFirstWhereTheModelSaysSo) {
  TestVocabulary vocabulary = english();
  const TokenId whole = vocabulary.add("hello"); // no merges build it
  EXPECT_EQ(vocabulary.tokenizer()->encode("hello", ControlTokens::kPlain).size(), 4u);
  vocabulary.pre = "llama-bpe";
  EXPECT_EQ(vocabulary.tokenizer()->encode("hello", ControlTokens::kPlain), Ids{whole});
}

TEST(Bpe, EveryByteComesBack) {
  const auto tokenizer = english().tokenizer();
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  std::string back;
  for (const TokenId token : tokenizer->encode(all, ControlTokens::kPlain)) {
    back += tokenizer->bytes(token);
  }
  EXPECT_EQ(back, all);
}

// The slow, plain reading of the algorithm: over and over, the best rule's leftmost place.
Ids merge_slowly(const std::vector<std::pair<std::string, std::string>>& merges,
                 const std::string& word) {
  std::vector<std::string> parts;
  for (const char c : word) parts.emplace_back(1, c);
  for (;;) {
    std::size_t best_rank = merges.size();
    std::size_t best_at = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      for (std::size_t rank = 0; rank < best_rank; ++rank) {
        if (merges[rank] != std::pair(parts[i], parts[i + 1])) continue;
        best_rank = rank;
        best_at = i;
      }
    }
    if (best_rank == merges.size()) break;
    parts[best_at] += parts[best_at + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best_at) + 1);
  }
  Ids ids;
  for (const std::string& part : parts) {
    std::size_t id = static_cast<unsigned char>(part[0]);
    for (std::size_t rank = merges.size(); rank-- > 0;) {
      if (part.size() > 1 && merges[rank].first + merges[rank].second == part) id = 256 + rank;
    }
    ids.push_back(static_cast<TokenId>(id));
  }
  return ids;
}

TEST(Bpe, AgreesWithTheSlowReadingOnRandomRules) {
  Random random(11);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> parts = {"a", "b", "c"};
    std::vector<std::pair<std::string, std::string>> merges;
    while (merges.size() < 25) {
      const std::string left = parts[random.next_below(static_cast<std::uint32_t>(parts.size()))];
      const std::string right = parts[random.next_below(static_cast<std::uint32_t>(parts.size()))];
      if (std::find(parts.begin(), parts.end(), left + right) != parts.end()) continue;
      merges.emplace_back(left, right);
      parts.push_back(left + right);
    }
    const auto tokenizer = bpe_vocabulary("gpt-2", merges).tokenizer();
    for (int i = 0; i < 50; ++i) {
      std::string word;
      for (std::uint32_t n = random.next_below(40); n > 0; --n) {
        word += static_cast<char>('a' + random.next_below(3));
      }
      ASSERT_EQ(tokenizer->encode(word, ControlTokens::kPlain), merge_slowly(merges, word)) << word;
    }
  }
}

TEST(Bpe, LongTextsGiveWhatTheirPartsGive) { // the word cache changes nothing
  const auto tokenizer = english().tokenizer();
  std::string text;
  Ids expected;
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string word = "\n";
    for (std::uint32_t n = random.next_below(12); n > 0; --n) word += "the "[random.next_below(3)];
    if (i % 50 == 0) word += std::string(30, 'h');
    const Ids ids = tokenizer->encode(word, ControlTokens::kPlain);
    expected.insert(expected.end(), ids.begin(), ids.end());
    text += word;
  }
  EXPECT_EQ(tokenizer->encode(text, ControlTokens::kPlain), expected);
}

TEST(Bpe, AMebibyteOfOneCharacterTakesUnderASecond) {
  std::vector<std::pair<std::string, std::string>> merges;
  for (std::string run = "a"; run.size() < 64; run += run) merges.emplace_back(run, run);
  for (std::string run = " "; run.size() < 64; run += run) merges.emplace_back(run, run);
  const std::size_t size = testing::kLongTextBytes;
  for (const auto* pre : {"gpt-2", "llama-bpe", "gpt-4o", "deepseek-llm"}) {
    const auto tokenizer = bpe_vocabulary(pre, merges).tokenizer();
    for (const char c : {'a', ' '}) {
      const testing::Stopwatch stopwatch;
      const Ids ids = tokenizer->encode(std::string(size, c), ControlTokens::kPlain);
      EXPECT_TRUE(stopwatch.ran_under_a_second()) << pre << " '" << c << "'";
      EXPECT_EQ(ids.size(), size / 64);
    }
  }
}

TEST(Bpe, BytesWithoutATokenGiveTheUnknownTokenIfItIsOne) {
  TestVocabulary vocabulary = english();
  vocabulary.tokens['q'] = "qq-unreachable";
  const TokenId unknown = vocabulary.add("<unk>", TokenKind::kUnknown);
  EXPECT_EQ(vocabulary.tokenizer()->encode("aq", ControlTokens::kPlain), Ids{'a'});
  vocabulary.unknown = static_cast<std::uint64_t>(unknown);
  EXPECT_EQ(vocabulary.tokenizer()->encode("aq", ControlTokens::kPlain), (Ids{'a', unknown}));
  vocabulary.kinds.back() = TokenKind::kControl;
  EXPECT_EQ(vocabulary.tokenizer()->encode("aq", ControlTokens::kPlain), Ids{'a'});
}

TEST(Bpe, BosIsAddedByNameOrByTheFile) {
  TestVocabulary vocabulary = english();
  EXPECT_FALSE(vocabulary.tokenizer()->adds_bos());
  vocabulary.bos = 5;
  vocabulary.pre = "llama-bpe";
  EXPECT_TRUE(vocabulary.tokenizer()->adds_bos());
  vocabulary.adds_bos = false;
  EXPECT_FALSE(vocabulary.tokenizer()->adds_bos());
  vocabulary.adds_bos = true;
  vocabulary.bos.reset();
  EXPECT_EQ(vocabulary.refusal().code, ErrorCode::kCorruptData);
}

TEST(Bpe, UnknownPreTokenizersAreNamed) {
  TestVocabulary vocabulary = english();
  vocabulary.pre = "qwen9";
  EXPECT_EQ(vocabulary.refusal().code, ErrorCode::kUnsupported);
  EXPECT_NE(vocabulary.refusal().message.find("qwen9"), std::string::npos);
  vocabulary.pre = "";
  EXPECT_EQ(vocabulary.refusal().code, ErrorCode::kUnsupported);
  vocabulary.model = "rwkv";
  EXPECT_NE(vocabulary.refusal().message.find("rwkv"), std::string::npos);
}

TEST(Bpe, DamagedMergesAreRefused) {
  for (const auto* rule : {"", " ", "t", "t ", " t", "t h e", "t xyz", "xyz t", "h t"}) {
    TestVocabulary vocabulary = english();
    vocabulary.merges.emplace_back(rule);
    const Error refusal = vocabulary.refusal();
    EXPECT_EQ(refusal.code, ErrorCode::kCorruptData) << "'" << rule << "'";
    EXPECT_NE(refusal.message.find("rule 4"), std::string::npos) << refusal.message;
  }
  TestVocabulary none = english();
  none.merges.clear();
  EXPECT_EQ(none.refusal().code, ErrorCode::kCorruptData);
  TestVocabulary forging = english();
  forging.kinds[257] = TokenKind::kControl; // text "the" would become a control token
  EXPECT_EQ(forging.refusal().code, ErrorCode::kCorruptData);
}

} // namespace
} // namespace outpost::text
