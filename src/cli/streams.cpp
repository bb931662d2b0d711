#include "cli/streams.h"

#include <fmt/format.h>

namespace outpost::cli {
namespace {

std::string_view escape_code(Style style) {
  switch (style) {
  case Style::kBold: return "\x1b[1m";
  case Style::kDim: return "\x1b[2m";
  case Style::kRed: return "\x1b[31m";
  case Style::kGreen: return "\x1b[32m";
  case Style::kYellow: return "\x1b[33m";
  case Style::kCyan: return "\x1b[36m";
  }
  return "";
}

} // namespace

std::string styled(const Streams& streams, Style style, std::string_view text) {
  if (!streams.colour) return std::string(text);
  return fmt::format("{}{}\x1b[0m", escape_code(style), text);
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

} // namespace outpost::cli
