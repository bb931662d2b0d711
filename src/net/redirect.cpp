#include "net/redirect.h"

#include <algorithm>
#include <array>

#include "net/http_headers.h"

namespace outpost::net {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Result<Url> redirect_target(const Url& from, std::string_view location) {
  auto to = from.resolve(location);
  if (!to) {
    return fail(ErrorCode::kCorruptData,
                from.shown() + " redirects to an unusable address: " + to.error().message);
  }
  if (from.scheme() == "https" && to->scheme() != "https") {
    return fail(ErrorCode::kPermissionDenied,
                from.shown() + " redirects from https to http (" + to->shown() + "); refused");
  }
  return to;
}

HeaderList headers_for_redirect(const HeaderList& headers, const Url& from, const Url& to) {
  if (from.same_origin(to)) return headers;
  constexpr std::array<std::string_view, 4> kHarmless = {"Accept", "Accept-Language", "Range",
                                                         "If-Range"};
  HeaderList kept;
  std::copy_if(headers.begin(), headers.end(), std::back_inserter(kept), [&](const auto& field) {
    return std::any_of(kHarmless.begin(), kHarmless.end(), [&](std::string_view name) {
      return equal_ignoring_case(name, field.first);
    });
  });
  return kept;
}

} // namespace outpost::net
