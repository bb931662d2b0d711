// The few character classes that pre-tokenizer patterns ask for. One byte of class bits a
// code point, in a generated table (tools/make_unicode_tables.py).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"

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

// The code point at text[at]. REQUIRES: at < text.size().
inline Character character_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1, class_of(lead)};
  const Utf8 decoded = decode_utf8(text.substr(at));
  return {decoded.value, decoded.size_bytes, class_of(decoded.value)};
}

} // namespace outpost::text
