// One request as handlers see it: read whole, within the limits, its client known.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/headers.h"
#include "http/target.h"

namespace outpost::http {

struct Request {
  std::string id;     // ours, unique; goes back as x-request-id
  std::string method; // as sent: methods are case-sensitive
  Target target;
  Headers headers;
  std::string body;
  std::string principal;                                       // who the key belongs to
  std::vector<std::pair<std::string, std::string>> parameters; // of the route, "{id}"
  std::chrono::nanoseconds arrived{0}; // monotonic: when its header fields were whole

  // Of the route's pattern; an empty text when it has none of that name.
  [[nodiscard]] std::string_view parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
      if (key == name) return value;
    }
    return {};
  }
};

} // namespace outpost::http
