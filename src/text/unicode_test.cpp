#include <gtest/gtest.h>

#include "text/unicode.h"

namespace outpost::text {
namespace {

using State = Utf8::State;

TEST(Unicode, ClassesOfKnownCharacters) {
  EXPECT_EQ(class_of(U'A'), kUpper);
  EXPECT_EQ(class_of(U'z'), kLower);
  EXPECT_EQ(class_of(U'ǅ'), kUpper); // titlecase
  EXPECT_EQ(class_of(U'世'), kCaseless);
  EXPECT_EQ(class_of(U'ʰ'), kCaseless);
  EXPECT_EQ(class_of(0x0301), kMark);
  EXPECT_EQ(class_of(U'7'), kNumber);
  EXPECT_EQ(class_of(U'½'), kNumber);
  EXPECT_EQ(class_of(U'Ⅳ'), kNumber);
  EXPECT_EQ(class_of(U'!'), kPunctuation);
  EXPECT_EQ(class_of(U'+'), kSymbol);
  EXPECT_EQ(class_of(0x1F600), kSymbol);
  EXPECT_EQ(class_of(U'\n'), kSpace);
  EXPECT_EQ(class_of(0x3000), kSpace);
  EXPECT_EQ(class_of(0x1C), 0); // \s is White_Space, not str.isspace()
  EXPECT_EQ(class_of(0x10FFFF), 0);
  EXPECT_EQ(class_of(0xD800), 0);
}

TEST(Unicode, EveryCharacterSurvivesEncodingAndDecoding) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string bytes;
    append_utf8(c, bytes);
    const Utf8 decoded = decode_utf8(bytes);
    ASSERT_EQ(decoded.state, State::kWhole) << std::hex << static_cast<std::uint32_t>(c);
    ASSERT_EQ(decoded.value, c);
    ASSERT_EQ(decoded.size_bytes, bytes.size());
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      const Utf8 part = decode_utf8(std::string_view(bytes).substr(0, cut));
      ASSERT_EQ(part.state, State::kCutShort);
      ASSERT_EQ(part.size_bytes, cut);
    }
  }
}

// Unicode 15, table 3-8: one U+FFFD for each longest beginning of a character.
TEST(Unicode, InvalidBytesCountByMaximalSubparts) {
  struct Case {
    std::string_view bytes;
    std::uint32_t size_bytes;
  };
  for (const Case& c : {Case{"\x80", 1}, Case{"\xC0\x80", 1}, Case{"\xC1\xBF", 1},
                        Case{"\xE0\x80\x80", 1}, Case{"\xED\xA0\x80", 1}, Case{"\xE2\x82x", 2},
                        Case{"\xF0\x8F\xBF\xBF", 1}, Case{"\xF0\x9F\x98x", 3},
                        Case{"\xF4\x90\x80\x80", 1}, Case{"\xF5\x80", 1}, Case{"\xFF", 1}}) {
    const Utf8 decoded = decode_utf8(c.bytes);
    EXPECT_EQ(decoded.state, State::kInvalid) << c.bytes.size();
    EXPECT_EQ(decoded.size_bytes, c.size_bytes);
    EXPECT_EQ(decoded.value, kReplacement);
  }
}

} // namespace
} // namespace outpost::text
