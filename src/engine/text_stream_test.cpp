#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/testing/fake_tokenizer.h"
#include "engine/text_stream.h"

namespace outpost::engine {
namespace {

using testing::FakeTokenizer;

struct Shown {
  std::vector<std::string> pieces;
  std::string all;
  bool is_stopped = false;
};

// Feeds `text` byte by byte, the smallest pieces there are.
Shown feed(const std::string& text, const std::vector<std::string>& stops) {
  const FakeTokenizer tokenizer;
  const StopStrings automaton = *StopStrings::make(stops);
  TextStream stream(tokenizer, automaton, false);
  Shown shown;
  for (const char byte : text) {
    shown.pieces.push_back(stream.push(static_cast<unsigned char>(byte)));
    shown.all += shown.pieces.back();
  }
  shown.all += stream.finish();
  shown.is_stopped = stream.is_stopped();
  return shown;
}

TEST(TextStream, CutsBeforeTheStopString) {
  const Shown shown = feed("one two three", {"two"});
  EXPECT_EQ(shown.all, "one ");
  EXPECT_TRUE(shown.is_stopped);
}

TEST(TextStream, HoldsBackOnlyWhatMayBecomeOne) {
  const Shown shown = feed("a##b", {"###"});
  EXPECT_EQ(shown.pieces, (std::vector<std::string>{"a", "", "", "##b"}));
  EXPECT_EQ(feed("x##", {"###"}).all, "x##"); // the end gives what was held
}

TEST(TextStream, OverlappingBeginnings) {
  EXPECT_EQ(feed("aaab", {"aab"}).all, "a");
  EXPECT_EQ(feed("ababac", {"abac"}).all, "ab");
  EXPECT_EQ(feed("xabcd", {"bcd", "abce"}).all, "xa"); // found in the middle of the other
  EXPECT_EQ(feed("hello\nUser:", {"\nUser:", "\n\n"}).all, "hello");
}

TEST(TextStream, TheFirstEndWinsAndTheLongestThere) {
  EXPECT_EQ(feed("abc", {"abc", "b"}).all, "a");
  EXPECT_EQ(feed("xabc", {"c", "bc"}).all, "xa");
}

TEST(TextStream, NothingComesAfterTheStop) {
  const FakeTokenizer tokenizer;
  const StopStrings automaton = *StopStrings::make(std::vector<std::string>{"}"});
  TextStream stream(tokenizer, automaton, false);
  EXPECT_EQ(stream.push(tokenizer.encode("\"}]", text::ControlTokens::kPlain)[0]), "\"");
  EXPECT_EQ(stream.push('x'), "");
  EXPECT_EQ(stream.finish(), "");
}

TEST(TextStream, CharactersStayWhole) {
  const std::string text = "gr\xC3\xBC\xC3\x9F \xF0\x9F\x8E\x82 end";
  const Shown shown = feed(text, {"\xC3\x9F!"});
  EXPECT_EQ(shown.all, text);
  for (const std::string& piece : shown.pieces) {
    if (!piece.empty()) {
      EXPECT_NE(piece.front() & 0xC0, 0x80) << "a piece begins inside a character";
    }
  }
}

TEST(TextStream, WithoutStopStringsNothingIsHeld) {
  const FakeTokenizer tokenizer;
  const StopStrings none;
  TextStream stream(tokenizer, none, false);
  EXPECT_EQ(stream.push('a'), "a");
}

TEST(StopStrings, RefusesWhatItCannotFind) {
  EXPECT_FALSE(StopStrings::make(std::vector<std::string>{""}));
  EXPECT_FALSE(StopStrings::make(std::vector<std::string>{"\xBC"}));
  EXPECT_FALSE(StopStrings::make(std::vector<std::string>(100, "x")));
  EXPECT_FALSE(StopStrings::make(std::vector<std::string>{std::string(5000, 'x')}));
  EXPECT_TRUE(StopStrings::make(std::vector<std::string>{std::string(2048, 'x')}));
}

TEST(StopStrings, AgreesWithTheObviousSearch) {
  Random random(11);
  for (int round = 0; round < 3000; ++round) {
    const auto word = [&](std::uint32_t length) {
      std::string out;
      for (std::uint32_t i = 0; i < length; ++i) {
        out.push_back(static_cast<char>('a' + random.next_below(2)));
      }
      return out;
    };
    std::vector<std::string> stops;
    for (std::uint32_t i = 0; i <= random.next_below(3); ++i) {
      stops.push_back(word(1 + random.next_below(5)));
    }
    const std::string text = word(random.next_below(30));
    std::string expected = text;
    for (std::size_t end = 1; end <= text.size() && expected == text; ++end) {
      std::size_t length = 0;
      for (const std::string& stop : stops) {
        if (text.substr(0, end).ends_with(stop)) length = std::max(length, stop.size());
      }
      if (length > 0) expected = text.substr(0, end - length);
    }
    const Shown shown = feed(text, stops);
    if (shown.is_stopped) {
      ASSERT_EQ(shown.all, expected);
    } else {
      ASSERT_EQ(shown.all, text);
      for (const std::string& stop : stops) ASSERT_EQ(text.find(stop), std::string::npos);
    }
  }
}

} // namespace
} // namespace outpost::engine
