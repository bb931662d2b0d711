// The request target, taken apart once: decoded path segments and query parameters. An encoded
// slash stays inside its segment, so a model named "org/name" is one.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace outpost::http {

struct Target {
  std::vector<std::string> segments;                      // "/v1/models" is {"v1", "models"}
  std::vector<std::pair<std::string, std::string>> query; // in order

  // The first parameter of that name.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

inline constexpr std::size_t kTargetBytesMax = 8192;

// Origin form ("/path?query") or absolute form (whose authority is ignored: Host decides).
// kInvalidArgument: anything else, a bad %XX, a control character, "." or ".." as a segment, bytes
// that are not UTF-8. kLimitExceeded: longer than kTargetBytesMax.
Result<Target> parse_target(std::string_view text);

} // namespace outpost::http
