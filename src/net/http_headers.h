// Header fields of an HTTP answer, in the order received; names compare without case.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outpost::net {

class HttpHeaders {
public:
  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  void clear() { fields_.clear(); }
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const {
    return fields_;
  }
  // The first field of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // Decimal digits only and nothing else ("+1", "-1", "1e3" and "" are no number).
  [[nodiscard]] std::optional<std::uint64_t> find_number(std::string_view name) const;

private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

bool equal_ignoring_case(std::string_view a, std::string_view b);
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// "bytes 100-199/1000" (RFC 9110, 14.4); total is absent for "bytes 100-199/*".
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0; // inclusive
  std::optional<std::uint64_t> total;
};
std::optional<ContentRange> parse_content_range(std::string_view value);
// The length that a 416 answer states: "bytes */1000".
std::optional<std::uint64_t> parse_unsatisfied_range(std::string_view value);

// What If-Range may carry for this answer: a strong ETag, else Last-Modified, else nothing. A weak
// ETag ("W/...") promises equal meaning, not equal bytes (RFC 9110, 13.1.5).
std::string range_validator(const HttpHeaders& headers);

} // namespace outpost::net
