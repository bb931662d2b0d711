#include "http/router.h"

#include <algorithm>

#include "base/json_text.h"

namespace outpost::http {
namespace {

using Segments = std::vector<std::string>;

Segments split(std::string_view path) {
  Segments out;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0) out.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return out;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }
bool is_rest(std::string_view segment) { return segment.ends_with("...}"); }

// Whether the segments fit, and what the parameters are then.
bool fits(const Segments& pattern, const Segments& segments,
          std::vector<std::pair<std::string, std::string>>& parameters) {
  parameters.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= segments.size()) return false;
    const std::string_view part = pattern[i];
    if (!is_parameter(part)) {
      if (part != segments[i]) return false;
    } else if (is_rest(part)) {
      std::string rest = segments[i];
      for (std::size_t j = i + 1; j < segments.size(); ++j) rest += "/" + segments[j];
      parameters.emplace_back(part.substr(1, part.size() - 5), std::move(rest));
      return true;
    } else {
      parameters.emplace_back(part.substr(1, part.size() - 2), segments[i]);
    }
  }
  return pattern.size() == segments.size();
}

std::string plain_error(int, std::string_view message) {
  JsonObject inner;
  inner.add("message", message);
  JsonObject outer;
  outer.add_raw("error", inner.text());
  return outer.text();
}

} // namespace

void Router::add(Route route) {
  patterns_.push_back(split(route.pattern));
  routes_.push_back(std::move(route));
}

void Router::set_error_shape(std::string prefix, ErrorShape shape) {
  shapes_.push_back({split(prefix), std::move(shape)});
}

Match Router::match(std::string_view method, const Segments& segments) const {
  Match match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!fits(patterns_[i], segments, match.parameters)) continue;
    if (routes_[i].method == wanted) {
      match.route = &routes_[i];
      return match;
    }
    match.allowed += (match.allowed.empty() ? "" : ", ") + routes_[i].method;
  }
  match.parameters.clear();
  return match;
}

Response Router::error(const Segments& segments, int status, std::string_view message) const {
  const Shaped* best = nullptr;
  for (const Shaped& shaped : shapes_) {
    const bool is_below = shaped.prefix.size() <= segments.size() &&
                          std::equal(shaped.prefix.begin(), shaped.prefix.end(), segments.begin());
    if (is_below && (best == nullptr || best->prefix.size() < shaped.prefix.size())) best = &shaped;
  }
  return json_response(status, best ? best->shape(status, message) : plain_error(status, message));
}

} // namespace outpost::http
