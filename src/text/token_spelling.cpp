#include "text/token_spelling.h"

#include <array>

#include "text/unicode.h"

namespace outpost::text {
namespace {

constexpr char32_t kAlphabetEnd = 0x100 + 68; // 68 bytes have no printable character of their own

constexpr bool stands_for_itself(char32_t byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) ||
         (byte >= 0xAE && byte <= 0xFF);
}

// From a character of GPT-2's alphabet to its byte (openai/gpt-2, encoder.py, bytes_to_unicode):
// the bytes that do not stand for themselves have the characters from U+0100 on, in order.
constexpr std::array<std::optional<std::uint8_t>, kAlphabetEnd> make_byte_of() {
  std::array<std::optional<std::uint8_t>, kAlphabetEnd> byte_of{};
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 0x100; ++byte) {
    byte_of[stands_for_itself(byte) ? byte : next++] = static_cast<std::uint8_t>(byte);
  }
  return byte_of;
}
constexpr auto kByteOf = make_byte_of();

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

} // namespace

std::optional<std::string> decode_byte_level(std::string_view spelling) {
  std::string bytes;
  for (std::size_t at = 0; at < spelling.size();) {
    const Utf8 c = decode_utf8(spelling.substr(at));
    if (c.value >= kAlphabetEnd || !kByteOf[c.value]) return std::nullopt;
    bytes.push_back(static_cast<char>(*kByteOf[c.value]));
    at += c.size_bytes;
  }
  return bytes;
}

std::string decode_space_marks(std::string_view spelling) {
  std::string bytes;
  for (;;) {
    const std::size_t mark = spelling.find(kSpaceMark);
    bytes.append(spelling.substr(0, mark));
    if (mark == std::string_view::npos) return bytes;
    bytes.push_back(' ');
    spelling.remove_prefix(mark + kSpaceMark.size());
  }
}

std::optional<std::uint8_t> parse_byte_token(std::string_view spelling) {
  if (spelling.size() != 6 || !spelling.starts_with("<0x") || spelling[5] != '>') {
    return std::nullopt;
  }
  const auto high = hex_digit(spelling[3]);
  const auto low = hex_digit(spelling[4]);
  if (!high || !low) return std::nullopt;
  return static_cast<std::uint8_t>(*high << 4 | *low);
}

} // namespace outpost::text
