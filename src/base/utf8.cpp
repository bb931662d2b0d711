#include "base/utf8.h"

namespace outpost {
namespace {

// What may follow a lead byte: how many bytes in all, and the bounds of the second one, which rule
// out overlong forms, surrogates and values above U+10FFFF (Unicode 15, table 3-7).
struct LeadByte {
  std::uint32_t size_bytes;
  unsigned char second_min, second_max;
};

LeadByte lead_byte(unsigned char lead) {
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

} // namespace

Utf8 decode_utf8_beyond_ascii(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const LeadByte expected = lead_byte(lead);
  if (expected.size_bytes == 0) return {};
  char32_t value = lead & (0xFFu >> (expected.size_bytes + 1));
  for (std::uint32_t i = 1; i < expected.size_bytes; ++i) {
    if (i == text.size()) return {Utf8::State::kCutShort, kReplacement, i};
    const auto next = static_cast<unsigned char>(text[i]);
    const unsigned char low = i == 1 ? expected.second_min : 0x80;
    const unsigned char high = i == 1 ? expected.second_max : 0xBF;
    if (next < low || next > high) return {Utf8::State::kInvalid, kReplacement, i};
    value = (value << 6) | (next & 0x3Fu);
  }
  return {Utf8::State::kWhole, value, expected.size_bytes};
}

void append_utf8(char32_t code_point, std::string& out) {
  const auto put = [&out](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (code_point < 0x80) {
    put(code_point);
    return;
  }
  if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
  } else {
    if (code_point < 0x10000) {
      put(0xE0 | (code_point >> 12));
    } else {
      put(0xF0 | (code_point >> 18));
      put(0x80 | ((code_point >> 12) & 0x3F));
    }
    put(0x80 | ((code_point >> 6) & 0x3F));
  }
  put(0x80 | (code_point & 0x3F));
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8 next = decode_utf8(text);
    if (next.state != Utf8::State::kWhole) return false;
    text.remove_prefix(next.size_bytes);
  }
  return true;
}

} // namespace outpost
