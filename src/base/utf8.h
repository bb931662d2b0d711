// UTF-8, read by the rules of Unicode 15 (table 3-7): shortest forms only, no surrogates.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace outpost {

// U+FFFD: what bytes that are not UTF-8 count as.
inline constexpr char32_t kReplacement = 0xFFFD;

// What stands at the start of a byte sequence.
struct Utf8 {
  enum class State { kWhole, kCutShort, kInvalid };
  State state = State::kInvalid;
  char32_t value = kReplacement;
  // kWhole: of the character. Otherwise of the longest beginning of a character, at least 1: one
  // U+FFFD stands for it (Unicode 15, section 3.9, "substitution of maximal subparts").
  std::uint32_t size_bytes = 1;
};

// What begins with a byte of 0x80 or above. REQUIRES: there is one.
Utf8 decode_utf8_beyond_ascii(std::string_view text);

// REQUIRES: not empty. kCutShort: the text ends inside what may still become a character.
inline Utf8 decode_utf8(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  return lead < 0x80 ? Utf8{Utf8::State::kWhole, lead, 1} : decode_utf8_beyond_ascii(text);
}

// The bytes of a code point that is no surrogate, appended.
void append_utf8(char32_t code_point, std::string& out);

// Whether all of `text` is well-formed.
bool is_utf8(std::string_view text);

} // namespace outpost
