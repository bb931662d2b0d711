#include "net/http_headers.h"

#include <algorithm>
#include <charconv>

namespace outpost::net {

static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string_view> HttpHeaders::find(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> HttpHeaders::find_number(std::string_view name) const {
  const auto value = find(name);
  return value ? parse_decimal(*value) : std::nullopt;
}

std::optional<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (value.size() < kUnit.size() || !equal_ignoring_case(value.substr(0, kUnit.size()), kUnit)) {
    return std::nullopt;
  }
  value.remove_prefix(kUnit.size());
  const std::size_t dash = value.find('-');
  const std::size_t slash = value.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) {
    return std::nullopt;
  }
  const auto first = parse_decimal(value.substr(0, dash));
  const auto last = parse_decimal(value.substr(dash + 1, slash - dash - 1));
  if (!first || !last || *last < *first) return std::nullopt;
  ContentRange range{*first, *last, std::nullopt};
  const std::string_view total = value.substr(slash + 1);
  if (total != "*") {
    range.total = parse_decimal(total);
    if (!range.total || *range.total <= *last) return std::nullopt;
  }
  return range;
}

std::optional<std::uint64_t> parse_unsatisfied_range(std::string_view value) {
  constexpr std::string_view kPrefix = "bytes */";
  if (value.size() < kPrefix.size() ||
      !equal_ignoring_case(value.substr(0, kPrefix.size()), kPrefix)) {
    return std::nullopt;
  }
  return parse_decimal(value.substr(kPrefix.size()));
}

std::string range_validator(const HttpHeaders& headers) {
  const auto etag = headers.find("ETag");
  if (etag && etag->size() >= 2 && etag->front() == '"' && etag->back() == '"') {
    return std::string(*etag);
  }
  return std::string(headers.find("Last-Modified").value_or(""));
}

} // namespace outpost::net
