#include <gtest/gtest.h>

#include "text/folding.h"
#include "text/testing_vocabulary.h"
#include "text/word_piece.h"

namespace outpost::text {
namespace {

using testing::TestVocabulary;
using Pieces = std::vector<std::string>;

TestVocabulary small_word_pieces() {
  TestVocabulary vocabulary;
  vocabulary.model = "bert";
  vocabulary.unknown = static_cast<std::uint64_t>(vocabulary.add("[UNK]", TokenKind::kControl));
  vocabulary.bos = static_cast<std::uint64_t>(vocabulary.add("[CLS]", TokenKind::kControl));
  vocabulary.eos = static_cast<std::uint64_t>(vocabulary.add("[SEP]", TokenKind::kControl));
  for (const char* piece : {"▁un", "▁una", "aff", "able", "▁cafe", "▁!", "▁,", "▁$", "▁中", "▁文",
                            "▁i", "▁ᄒ", "ᅡ", "ᆫ", "▁g", "▁x", "x"}) {
    vocabulary.add(piece);
  }
  return vocabulary;
}

Pieces word_pieces(std::string_view text) {
  const auto tokenizer = small_word_pieces().tokenizer();
  Pieces found;
  for (const TokenId token : tokenizer->encode(text, ControlTokens::kPlain)) {
    found.emplace_back(tokenizer->spelling(token));
  }
  return found;
}

TEST(WordPiece, TakesTheLongestPieceFromTheLeft) {
  EXPECT_EQ(word_pieces("unaffable"), (Pieces{"[UNK]"}))
      << "▁una leaves ffable, which nothing begins";
  EXPECT_EQ(word_pieces("unable"), (Pieces{"[UNK]"})) << "▁una is longer than ▁un";
  EXPECT_EQ(word_pieces("unaaff x"), (Pieces{"▁una", "aff", "▁x"}));
}

TEST(WordPiece, FoldsCaseAndAccents) {
  EXPECT_EQ(word_pieces("Café CAFÉ cafe\u0301"), (Pieces{"▁cafe", "▁cafe", "▁cafe"}));
  EXPECT_EQ(word_pieces("İ"), (Pieces{"▁i"}));
  EXPECT_EQ(word_pieces("한"), (Pieces{"▁ᄒ", "ᅡ", "ᆫ"}));
}

TEST(WordPiece, CutsAtPunctuationAndIdeographs) {
  EXPECT_EQ(word_pieces("cafe,cafe!$"), (Pieces{"▁cafe", "▁,", "▁cafe", "▁!", "▁$"}));
  EXPECT_EQ(word_pieces("中文x"), (Pieces{"▁中", "▁文", "▁x"}));
  EXPECT_EQ(word_pieces(" \t\n"), Pieces{});
  EXPECT_EQ(word_pieces("g\u0001\uFFFD x"), (Pieces{"▁g", "▁x"}))
      << "control characters are no text";
}

TEST(WordPiece, ReadsNoControlTokenOutOfText) {
  EXPECT_EQ(word_pieces("[CLS]"), (Pieces{"[UNK]", "[UNK]", "[UNK]"}));
}

TEST(WordPiece, LongWordsAreUnknownAndQuick) {
  EXPECT_EQ(word_pieces(std::string(100, 'x')).size(), 100u);
  EXPECT_EQ(word_pieces(std::string(101, 'x')), Pieces{"[UNK]"});
  const testing::Stopwatch watch;
  EXPECT_EQ(word_pieces(std::string(testing::kLongTextBytes, 'x')), Pieces{"[UNK]"});
  EXPECT_TRUE(watch.ran_under_a_second());
}

TEST(WordPiece, SaysHowTextsToEmbedBeginAndEnd) {
  const auto tokenizer = small_word_pieces().tokenizer();
  EXPECT_TRUE(tokenizer->adds_bos());
  EXPECT_TRUE(tokenizer->adds_eos());
  TestVocabulary without = small_word_pieces();
  without.unknown.reset();
  EXPECT_EQ(without.refusal().code, ErrorCode::kCorruptData);
}

} // namespace
} // namespace outpost::text
