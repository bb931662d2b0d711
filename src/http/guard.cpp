#include "http/guard.h"

#include <algorithm>

namespace outpost::http {
namespace {

// "localhost:8642" is "localhost", "[::1]:80" is "[::1]". Anything odd stays whole, and is then on
// no list.
std::string_view without_port(std::string_view host) {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) {
    return host;
  }
  const std::string_view port = host.substr(colon + 1);
  const bool is_port =
      port.size() <= 5 && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  return is_port ? host.substr(0, colon) : host;
}

bool is_loopback_name(std::string_view host) {
  return equal_ignoring_case(host, "localhost") || host == "127.0.0.1" || host == "[::1]";
}

bool is_listed(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::any_of(
      list, [&](const std::string& entry) { return equal_ignoring_case(entry, value); });
}

// A page that this server itself gave out: its origin is the Host it was asked at.
bool is_own_origin(std::string_view origin, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) {
      return equal_ignoring_case(origin.substr(scheme.size()), host);
    }
  }
  return false;
}

} // namespace

std::optional<std::string> refusal(const GuardRules& rules, const Headers& headers) {
  const auto host = headers.find("Host");
  if (!host || headers.count("Host") != 1) return "a request needs exactly one Host field";
  const std::string_view name = without_port(*host);
  if (rules.loopback_hosts_only && !is_loopback_name(name) && !is_listed(rules.hosts, name)) {
    return "this server answers only to localhost; other names must be allowed at its start";
  }
  const auto origin = headers.find("Origin");
  if (origin && !is_own_origin(*origin, *host) && !is_listed(rules.origins, *origin)) {
    return "requests from pages of this origin are not allowed";
  }
  return std::nullopt;
}

void add_cors_fields(const GuardRules& rules, const Headers& headers, Headers& answer) {
  const auto origin = headers.find("Origin");
  if (!origin || !is_listed(rules.origins, *origin)) return;
  answer.add("Access-Control-Allow-Origin", std::string(*origin));
  answer.add("Vary", "Origin");
  answer.add("Access-Control-Allow-Methods", "GET, POST, DELETE");
  answer.add("Access-Control-Allow-Headers", "Authorization, Content-Type, x-api-key");
}

std::optional<std::string_view> presented_key(const Headers& headers) {
  constexpr std::string_view kBearer = "Bearer ";
  if (const auto field = headers.find("Authorization")) {
    if (field->size() > kBearer.size() &&
        equal_ignoring_case(field->substr(0, kBearer.size()), kBearer)) {
      return field->substr(kBearer.size());
    }
  }
  return headers.find("x-api-key");
}

} // namespace outpost::http
