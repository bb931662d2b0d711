// UTF-8 and the few character classes that pre-tokenizer patterns ask for. One byte of class bits a
// code point, in a generated table (tools/make_unicode_tables.py).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace outpost::text {

// Bits; a code point has at most one of them, most of the unassigned ones have none.
using CharClass = std::uint8_t;
inline constexpr CharClass kUpper = 1;        // Lu, Lt
inline constexpr CharClass kLower = 2;        // Ll
inline constexpr CharClass kCaseless = 4;     // Lm, Lo
inline constexpr CharClass kMark = 8;         // M
inline constexpr CharClass kNumber = 16;      // N
inline constexpr CharClass kPunctuation = 32; // P
inline constexpr CharClass kSymbol = 64;      // S
inline constexpr CharClass kSpace = 128;      // White_Space, what \s means
inline constexpr CharClass kLetter = kUpper | kLower | kCaseless;

// U+FFFD: what bytes that are not UTF-8 count as.
inline constexpr char32_t kReplacement = 0xFFFD;

// Two stages: the number of a code point's block of 64, then the block.
extern const std::array<std::uint16_t, 17408> kClassBlockIndex;
extern const std::array<std::uint8_t, 26688> kClassBlocks;

// REQUIRES: code_point <= U+10FFFF.
inline CharClass class_of(char32_t code_point) {
  return kClassBlocks[kClassBlockIndex[code_point >> 6] * std::size_t{64} + (code_point & 63)];
}

// One code point of a text.
struct Character {
  char32_t value = kReplacement;
  std::uint32_t size_bytes = 1;
  CharClass classes = 0;
  [[nodiscard]] bool is(CharClass any_of) const { return (classes & any_of) != 0; }
};

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

// The code point at text[at]. REQUIRES: at < text.size().
inline Character character_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1, class_of(lead)};
  const Utf8 decoded = decode_utf8(text.substr(at));
  return {decoded.value, decoded.size_bytes, class_of(decoded.value)};
}

} // namespace outpost::text
