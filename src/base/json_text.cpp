#include "base/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace outpost {
namespace {

std::string escaped(char c) {
  switch (c) {
  case '"': return "\\\"";
  case '\\': return "\\\\";
  case '\n': return "\\n";
  case '\t': return "\\t";
  case '\r': return "\\r";
  default: break;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(c);
  return std::string("\\u00") + kDigits[value >> 4] + kDigits[value & 15];
}

} // namespace

std::string json_string(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const Utf8 next = decode_utf8(text.substr(i));
    const char c = text[i];
    if (next.state != Utf8::State::kWhole) {
      append_utf8(kReplacement, out);
    } else if (next.size_bytes > 1) {
      out += text.substr(i, next.size_bytes);
    } else if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
      out += escaped(c);
    } else {
      out += c;
    }
    i += next.size_bytes;
  }
  return out += '"';
}

std::string json_number(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

void JsonObject::add_raw(std::string_view key, std::string_view value) {
  if (body_.size() > 1) body_ += ", ";
  body_ += json_string(key);
  body_ += ": ";
  body_ += value;
}

void JsonArray::add_raw(std::string_view value) {
  if (body_.size() > 1) body_ += ", ";
  body_ += value;
}

} // namespace outpost
