#include "http/target.h"

#include "base/utf8.h"

namespace outpost::http {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

auto bad(const char* what) {
  return fail(ErrorCode::kInvalidArgument, std::string("the request target ") + what);
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
      if (!low) return bad("has a '%' without two hexadecimal digits");
      c = static_cast<char>(*high * 16 + *low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return bad("has a control character");
    out += c;
  }
  if (!is_utf8(out)) return bad("is not UTF-8");
  return out;
}

// The next piece of `text` up to `end`, which is taken off with it.
std::string_view take_piece(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view piece = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return piece;
}

Status parse_path(std::string_view path, Target& target) {
  path.remove_prefix(1);
  while (!path.empty()) {
    OUTPOST_TRY(std::string segment, decode(take_piece(path, '/'), false));
    if (segment == "." || segment == "..") return bad("has a segment of dots");
    if (!segment.empty()) target.segments.push_back(std::move(segment));
  }
  return {};
}

Status parse_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    std::string_view value = take_piece(query, '&');
    OUTPOST_TRY(std::string name, decode(take_piece(value, '='), true));
    OUTPOST_TRY(std::string decoded, decode(value, true));
    if (!name.empty()) target.query.emplace_back(std::move(name), std::move(decoded));
  }
  return {};
}

} // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<Target> parse_target(std::string_view text) {
  if (text.size() > kTargetBytesMax) {
    return fail(ErrorCode::kLimitExceeded, "the request target has " + std::to_string(text.size()) +
                                               " bytes, more than " +
                                               std::to_string(kTargetBytesMax));
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t path = text.find('/');
    text = path == std::string_view::npos ? std::string_view("/") : text.substr(path);
  }
  if (!text.starts_with('/')) return bad("does not begin with '/'");
  Target target;
  OUTPOST_CHECK(parse_path(take_piece(text, '?'), target));
  OUTPOST_CHECK(parse_query(text, target));
  return target;
}

} // namespace outpost::http
