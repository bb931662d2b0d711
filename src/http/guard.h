// Who may speak to the server at all: the Host and Origin of a request, and the key it shows.
//
// A web page in the user's browser can make requests to 127.0.0.1 under a host name of its own (DNS
// rebinding), so a server on loopback answers only to loopback names, and an Origin that is not the
// server's own or listed is refused whatever the Host says. No wildcard: CORS is closed.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/headers.h"
#include "http/response.h"

namespace outpost::http {

struct GuardRules {
  bool loopback_hosts_only = true;
  std::vector<std::string> hosts;   // also allowed, without port; with loopback_hosts_only
  std::vector<std::string> origins; // allowed beside the server's own: "https://chat.example.org"
};

// Why the request is refused with 403; none: it may pass. A request must have exactly one Host.
std::optional<std::string> refusal(const GuardRules& rules, const Headers& headers);

// The fields that let a page of an allowed origin read the answer; none for all others.
void add_cors_fields(const GuardRules& rules, const Headers& headers, Headers& answer);

// "Authorization: Bearer KEY" or "x-api-key: KEY".
std::optional<std::string_view> presented_key(const Headers& headers);

// What a route is for, and what a caller may do.
enum class Right : std::uint8_t { kUse = 1, kObserve = 2, kManage = 4 };

struct Caller {
  std::string principal;
  std::uint8_t rights = 0; // of Right, or-ed
  [[nodiscard]] bool may(Right right) const {
    return (rights & static_cast<std::uint8_t>(right)) != 0;
  }
};

// Who the key belongs to; none: nobody, answered with 401. No key is an empty text. Thread-safe.
using Authenticator = std::function<std::optional<Caller>(std::string_view key)>;

} // namespace outpost::http
