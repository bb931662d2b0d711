// JSON values as text: read under limits, written short and the same every time (order kept,
// numbers as 0.5 rather than Boost's 5E-1).
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/result.h"

namespace outpost::chat {

std::string json_text(const boost::json::value& value);

struct JsonLimits {
  std::size_t bytes = 1U << 20U;
  std::size_t depth = 32;
};

// kLimitExceeded beyond the limits, kCorruptData with the offset where it stops being JSON.
Result<boost::json::value> parse_json(std::string_view text, const JsonLimits& limits = {});

} // namespace outpost::chat
