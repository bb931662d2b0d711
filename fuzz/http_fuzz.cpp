// What the server reads of a request by itself, behind Beast's parser: the target, and the fields
// that the guard looks at. Whatever is accepted must be what the handlers are promised.
#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "http/guard.h"
#include "http/router.h"
#include "http/target.h"

namespace {

using outpost::http::Headers;

void check(bool holds) {
  if (!holds) std::abort();
}

void read_target(std::string_view text) {
  const auto target = outpost::http::parse_target(text);
  if (!target) return;
  for (const std::string& segment : target->segments) {
    check(!segment.empty() && segment != "." && segment != ".." && outpost::is_utf8(segment));
    check(segment.find('\0') == std::string::npos);
  }
  outpost::http::Router router;
  router.add({"GET", "/v1/models/{model...}", {}});
  router.add({"GET", "/{a}/{b}", {}});
  const auto match = router.match("GET", target->segments);
  check(match.route == nullptr || !match.parameters.empty());
}

void ask_guard(std::string_view host, std::string_view origin) {
  Headers headers;
  headers.add("Host", std::string(host));
  if (!origin.empty()) headers.add("Origin", std::string(origin));
  headers.add("Authorization", std::string(origin));
  (void)outpost::http::presented_key(headers);
  if (!outpost::http::refusal({}, headers)) {
    check(host.starts_with("127.0.0.1") || host.starts_with("[::1]") ||
          outpost::http::equal_ignoring_case(host.substr(0, 9), "localhost"));
  }
}

} // namespace

// The bytes up to the first line break are a target and a Host, what follows is an Origin.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  read_target(text.substr(0, end));
  ask_guard(text.substr(0, end), text.substr(end == text.size() ? end : end + 1));
  return 0;
}
