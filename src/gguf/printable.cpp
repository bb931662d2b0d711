#include "gguf/printable.h"

#include <cstdint>

#include "base/utf8.h"

namespace outpost::gguf {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

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
    const Utf8 next = decode_utf8(rest);
    if (next.state != Utf8::State::kWhole) {
      out += "\\x";
      append_hex(out, static_cast<unsigned char>(rest.front()), 2);
      at += 1;
      continue;
    }
    if (is_unsafe(next.value)) {
      append_escape(out, next.value);
    } else {
      out += rest.substr(0, next.size_bytes);
    }
    at += next.size_bytes;
  }
  if (at < text.size()) out += "...";
  return out;
}

} // namespace outpost::gguf
