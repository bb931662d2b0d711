#include "gguf/printable.h"

#include <cstdint>

namespace outpost::gguf {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0; // 0: not UTF-8
};

// One code point at the front of `text`, which is not empty. Shortest forms only, no surrogates
// (Unicode 15, table 3-7).
Decoded decode(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || text.size() < length) return {};
  std::uint32_t code = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {code, length};
}

// Control characters (C0, delete, C1), line and paragraph separators, bidirectional controls.
bool is_unsafe(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

void append_hex(std::string& out, std::uint32_t value, unsigned digits) {
  for (unsigned i = digits; i-- > 0;) out += kHexDigits[value >> (4 * i) & 0xF];
}

void append_escape(std::string& out, std::uint32_t code) {
  switch (code) {
  case '\n': out += "\\n"; return;
  case '\t': out += "\\t"; return;
  case '\r': out += "\\r"; return;
  default: break;
  }
  out += "\\u";
  append_hex(out, code, 4);
}

} // namespace

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size() && at < bytes_max) {
    const std::string_view rest = text.substr(at);
    const Decoded next = decode(rest);
    if (next.length == 0) {
      out += "\\x";
      append_hex(out, static_cast<unsigned char>(rest.front()), 2);
      at += 1;
      continue;
    }
    if (is_unsafe(next.code)) {
      append_escape(out, next.code);
    } else {
      out += rest.substr(0, next.length);
    }
    at += next.length;
  }
  if (at < text.size()) out += "...";
  return out;
}

} // namespace outpost::gguf
