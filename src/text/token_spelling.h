// How a vocabulary spells bytes. Byte-level BPE writes each byte as one printable character
// (GPT-2's alphabet), SentencePiece writes a space as U+2581 and a single byte as "<0x0A>".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outpost::text {

inline constexpr std::string_view kSpaceMark = "\xE2\x96\x81"; // U+2581

// The bytes of a token in GPT-2's alphabet; nothing if a character is not of that alphabet.
std::optional<std::string> decode_byte_level(std::string_view spelling);

// The bytes of a SentencePiece token: U+2581 becomes a space.
std::string decode_space_marks(std::string_view spelling);

// The byte that "<0x0A>" stands for; nothing for any other spelling.
std::optional<std::uint8_t> parse_byte_token(std::string_view spelling);

} // namespace outpost::text
