#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"
#include "text/sentencepiece.h"
#include "text/testing_vocabulary.h"

namespace outpost::text {
namespace {

using testing::sentencepiece_vocabulary;
using testing::TestVocabulary;
using Ids = std::vector<TokenId>;

constexpr TokenId kFirstByte = 3;

TokenId byte_token(unsigned char byte) { return kFirstByte + byte; }

// What was encoded, as spellings.
std::vector<std::string> pieces(const Tokenizer& tokenizer, std::string_view text,
                                ControlTokens control = ControlTokens::kPlain) {
  std::vector<std::string> found;
  for (const TokenId token : tokenizer.encode(text, control)) {
    found.emplace_back(tokenizer.spelling(token));
  }
  return found;
}
using Pieces = std::vector<std::string>;

TestVocabulary small() {
  TestVocabulary vocabulary = sentencepiece_vocabulary();
  vocabulary.add("▁", TokenKind::kNormal, -10);
  vocabulary.add("a", TokenKind::kNormal, -11);
  vocabulary.add("b", TokenKind::kNormal, -12);
  vocabulary.add("ab", TokenKind::kNormal, -2);
  vocabulary.add("▁a", TokenKind::kNormal, -1);
  vocabulary.add("ba", TokenKind::kNormal, -3);
  return vocabulary;
}

TEST(SentencePiece, JoinsByScoreThenFromTheLeft) {
  const auto tokenizer = small().tokenizer();
  EXPECT_EQ(pieces(*tokenizer, "ab"), (Pieces{"▁a", "b"})) << "▁a scores higher than ab";
  EXPECT_EQ(pieces(*tokenizer, "bab"), (Pieces{"▁", "b", "ab"}));
  EXPECT_EQ(pieces(*tokenizer, "a a"), (Pieces{"▁a", "▁a"}));
}

TEST(SentencePiece, PrefixSpaceOnlyWhereItIsDue) {
  TestVocabulary vocabulary = small();
  const auto tokenizer = vocabulary.tokenizer();
  Ids ids;
  tokenizer->encode("ab", ControlTokens::kPlain, false, ids);
  EXPECT_EQ(ids, Ids{*tokenizer->find("ab")});
  EXPECT_EQ(pieces(*tokenizer, "a</s>a", ControlTokens::kParse), (Pieces{"▁a", "</s>", "▁a"}));
  EXPECT_TRUE(pieces(*tokenizer, "").empty());
  vocabulary.adds_space_prefix = false;
  EXPECT_EQ(pieces(*vocabulary.tokenizer(), "ab"), Pieces{"ab"});
}

TEST(SentencePiece, WhatIsNoPieceIsWrittenAsBytes) {
  TestVocabulary vocabulary = small();
  vocabulary.adds_space_prefix = false;
  const auto tokenizer = vocabulary.tokenizer();
  EXPECT_EQ(tokenizer->encode("é", ControlTokens::kPlain),
            (Ids{byte_token(0xC3), byte_token(0xA9)}));
  EXPECT_EQ(tokenizer->encode("\xFF", ControlTokens::kPlain), Ids{byte_token(0xFF)});
  EXPECT_EQ(tokenizer->bytes(byte_token(0xFF)), "\xFF");
  EXPECT_EQ(tokenizer->bytes(*tokenizer->find("▁a")), " a");
}

TEST(SentencePiece, EveryByteComesBack) {
  TestVocabulary vocabulary = small();
  vocabulary.adds_space_prefix = false;
  const auto tokenizer = vocabulary.tokenizer();
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  std::string back;
  for (const TokenId token : tokenizer->encode(all, ControlTokens::kPlain)) {
    back += tokenizer->bytes(token);
  }
  EXPECT_EQ(back, all);
}

TEST(SentencePiece, NoTextBecomesAControlOrByteToken) {
  TestVocabulary vocabulary = small();
  vocabulary.adds_space_prefix = false;
  for (const auto* part : {"<", "s", ">", "<s", "/", "</", "</s"}) {
    vocabulary.add(part, TokenKind::kNormal, -5);
  }
  const auto tokenizer = vocabulary.tokenizer();
  EXPECT_EQ(pieces(*tokenizer, "<s></s>"), (Pieces{"<s", ">", "</s", ">"}));
  EXPECT_EQ(pieces(*tokenizer, "<s></s>", ControlTokens::kParse), (Pieces{"<s>", "</s>"}));
}

TEST(SentencePiece, Phi3DropsSpaceAfterSpecialTokens) {
  TestVocabulary vocabulary = small();
  vocabulary.adds_space_prefix = false;
  vocabulary.add("<|user|>", TokenKind::kControl);
  constexpr auto kParse = ControlTokens::kParse;
  EXPECT_EQ(pieces(*vocabulary.tokenizer(), "<|user|> \na", kParse),
            (Pieces{"<|user|>", "▁", "<0x0A>", "a"}));
  vocabulary.architecture = "phi3";
  EXPECT_EQ(pieces(*vocabulary.tokenizer(), "<|user|> \na", kParse), (Pieces{"<|user|>", "a"}));
  EXPECT_EQ(pieces(*vocabulary.tokenizer(), "<s> a", kParse), (Pieces{"<s>", "▁a"}));
}

// The slow, plain reading: over and over, the highest score's leftmost place.
Pieces join_slowly(const TestVocabulary& vocabulary, const std::string& text) {
  Pieces parts;
  for (const char c : text) parts.emplace_back(1, c);
  for (;;) {
    float best_score = -std::numeric_limits<float>::infinity();
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      for (std::size_t token = 0; token < vocabulary.tokens.size(); ++token) {
        if (vocabulary.tokens[token] != parts[i] + parts[i + 1]) continue;
        if (vocabulary.scores[token] > best_score) {
          best_score = vocabulary.scores[token];
          best = i;
        }
      }
    }
    if (!best) return parts;
    parts[*best] += parts[*best + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(*best) + 1);
  }
}

TEST(SentencePiece, AgreesWithTheSlowReadingOnRandomScores) {
  Random random(5);
  for (int round = 0; round < 20; ++round) {
    TestVocabulary vocabulary = sentencepiece_vocabulary();
    vocabulary.adds_space_prefix = false;
    for (const auto* letter : {"a", "b", "c"}) vocabulary.add(letter, TokenKind::kNormal, -100);
    for (int i = 0; i < 25; ++i) {
      std::string piece;
      for (std::uint32_t n = 2 + random.next_below(4); n > 0; --n) {
        piece += static_cast<char>('a' + random.next_below(3));
      }
      if (std::find(vocabulary.tokens.begin(), vocabulary.tokens.end(), piece) !=
          vocabulary.tokens.end()) {
        continue;
      }
      vocabulary.add(piece, TokenKind::kNormal, static_cast<float>(random.next_below(8)) - 4.0f);
    }
    const auto tokenizer = vocabulary.tokenizer();
    for (int i = 0; i < 50; ++i) {
      std::string text;
      for (std::uint32_t n = random.next_below(40); n > 0; --n) {
        text += static_cast<char>('a' + random.next_below(3));
      }
      ASSERT_EQ(pieces(*tokenizer, text), join_slowly(vocabulary, text)) << text;
    }
  }
}

TEST(SentencePiece, AMebibyteOfOneCharacterTakesUnderASecond) {
  TestVocabulary vocabulary = small();
  for (std::string run = "bb"; run.size() <= 64; run += run) {
    vocabulary.add(run, TokenKind::kNormal, static_cast<float>(run.size()));
  }
  const auto tokenizer = vocabulary.tokenizer();
  const std::size_t size = testing::kLongTextBytes;
  for (const char c : {'b', ' ', '\n', '\xFF'}) {
    const testing::Stopwatch stopwatch;
    const Ids ids = tokenizer->encode(std::string(size, c), ControlTokens::kPlain);
    EXPECT_TRUE(stopwatch.ran_under_a_second()) << "'" << c << "'";
    EXPECT_EQ(ids.size(), c == 'b' ? 1 + size / 64 : 1 + size);
  }
}

TEST(SentencePiece, DamagedVocabulariesAreRefused) {
  TestVocabulary few_scores = small();
  few_scores.scores.pop_back();
  EXPECT_EQ(few_scores.refusal().code, ErrorCode::kCorruptData);
  TestVocabulary no_number = small();
  no_number.scores.back() = std::nanf("");
  EXPECT_EQ(no_number.refusal().code, ErrorCode::kCorruptData);
  TestVocabulary long_piece = small();
  long_piece.add(std::string(2000, 'a'));
  EXPECT_EQ(long_piece.refusal().code, ErrorCode::kLimitExceeded);
  for (const auto* spelling : {"<0x-1>", "<0x1>", "<0x1G>", "0x41", "<0x 1>", ""}) {
    TestVocabulary bad_byte = small();
    bad_byte.add(spelling, TokenKind::kByte);
    EXPECT_EQ(bad_byte.refusal().code, ErrorCode::kCorruptData) << spelling;
  }
}

TEST(SentencePiece, InfiniteScoresAreHarmless) {
  TestVocabulary vocabulary = small();
  const float infinity = std::numeric_limits<float>::infinity();
  vocabulary.add("bb", TokenKind::kNormal, infinity);
  vocabulary.add("bbb", TokenKind::kNormal, -infinity);
  EXPECT_EQ(pieces(*vocabulary.tokenizer(), "bbb"), (Pieces{"▁", "bbb"}));
}

} // namespace
} // namespace outpost::text
