// The patterns themselves are compared in tests/tokens/check_pretokenizers.py; here are the traps
// of each family, and what holds for any bytes.
#include <gtest/gtest.h>

#include "base/random.h"
#include "text/pretokenizer.h"
#include "text/testing_vocabulary.h"

namespace outpost::text {
namespace {

using Words = std::vector<std::string>;

Words words(std::string_view pretokenizer, std::string_view text) {
  WordEnds ends;
  find_pretokenizer(pretokenizer)->split(text, ends);
  Words found;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    found.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return found;
}

TEST(PreTokenizer, UnknownNamesAreNotFound) {
  EXPECT_EQ(find_pretokenizer("default"), nullptr);
  EXPECT_EQ(find_pretokenizer(""), nullptr);
  EXPECT_EQ(find_pretokenizer("GPT-2"), nullptr);
}

TEST(PreTokenizer, Gpt2) {
  EXPECT_EQ(words("gpt-2", "It's 2024,  ok\n"),
            (Words{"It", "'s", " 2024", ",", " ", " ok", "\n"}));
  EXPECT_EQ(words("gpt-2", "IT'S"), (Words{"IT", "'", "S"}));
  EXPECT_EQ(words("gpt-2", "a   "), (Words{"a", "   "}));
  EXPECT_EQ(words("gpt-2", "a\t\tb"), (Words{"a", "\t", "\t", "b"}));
}

TEST(PreTokenizer, SingleDigits) {
  for (const auto* name : {"smollm", "starcoder", "refact"}) {
    EXPECT_EQ(words(name, "a  12"), (Words{"a", "  ", "1", "2"})) << name;
  }
}

TEST(PreTokenizer, Falcon) {
  EXPECT_EQ(words("falcon", "a+b 12345!"), (Words{"a", "+", "b", " ", "123", "45", "!"}));
}

TEST(PreTokenizer, Llama3AndQwen2) {
  EXPECT_EQ(words("llama-bpe", "12345"), (Words{"123", "45"}));
  EXPECT_EQ(words("qwen2", "12345"), (Words{"1", "2", "3", "4", "5"}));
  for (const auto* name : {"llama-bpe", "qwen2", "deepseek-r1-qwen"}) {
    EXPECT_EQ(words(name, "I'LL (go)\n\n  x"), (Words{"I", "'LL", " (", "go", ")\n\n", " ", " x"}));
    EXPECT_EQ(words(name, "it'ſ"), (Words{"it", "'ſ"})) << "long s is an s without its case";
    EXPECT_EQ(words(name, " \n \n x"), (Words{" \n \n", " x"}));
  }
}

TEST(PreTokenizer, Gpt4oAndTekken) {
  EXPECT_EQ(words("gpt-4o", "HTMLParser don't a/b//\n"),
            (Words{"HTMLParser", " don't", " a", "/b", "//\n"}));
  EXPECT_EQ(words("tekken", "don't 12"), (Words{"don", "'t", " ", "1", "2"}));
  EXPECT_EQ(words("gpt-4o", "世界ABC"), (Words{"世界", "ABC"})) << "capitals give way to a tail";
  EXPECT_EQ(words("gpt-4o", "camelCase"), (Words{"camel", "Case"}));
  EXPECT_EQ(words("gpt-4o", "e\u0301t"), (Words{"e\u0301t"})) << "a mark belongs to its letter";
}

TEST(PreTokenizer, DeepSeek) {
  EXPECT_EQ(words("deepseek-llm", "Hi, 世界 42\n x  "),
            (Words{"Hi", ",", " ", "世界", " ", "42", "\n", " x", "  "}));
  EXPECT_EQ(words("deepseek-coder", "a_b 42+"), (Words{"a", "_", "b", " ", "4", "2", "+"}));
}

TEST(PreTokenizer, EveryByteIsInOneWordWhateverTheBytes) {
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text(random.next_below(40), '\0');
    for (char& c : text) {
      const std::uint32_t kind = random.next_below(3);
      c = static_cast<char>(kind == 0 ? random.next_below(256) : 0x20 + random.next_below(0x60));
    }
    for (const PreTokenizer& pretokenizer : known_pretokenizers()) {
      WordEnds ends;
      pretokenizer.split(text, ends);
      std::size_t begin = 0;
      for (const std::size_t end : ends) {
        ASSERT_GT(end, begin) << pretokenizer.name;
        begin = end;
      }
      ASSERT_EQ(begin, text.size()) << pretokenizer.name;
    }
  }
}

TEST(PreTokenizer, LongRunsTakeLinearTime) {
  for (const std::string_view unit : {"a", "A", " ", "\n", "1", "!", "'", "\xFF", "\u0301", "世",
                                      "　", "aB", " 's", "A\u0301", "\n ", "\t1"}) {
    std::string text;
    while (text.size() < testing::kLongTextBytes) text += unit;
    for (const auto split :
         {split_gpt2, split_gpt2_single_digits, split_falcon, split_llama3, split_qwen2,
          split_gpt4o, split_tekken, split_deepseek_llm, split_deepseek_coder}) {
      WordEnds ends;
      const testing::Stopwatch stopwatch;
      split(text, ends);
      EXPECT_TRUE(stopwatch.ran_under_a_second()) << "'" << unit << "'";
    }
  }
}

} // namespace
} // namespace outpost::text
