#include "remote/endpoint.h"

#include <string_view>

namespace outpost::remote {
namespace {

// By its spelling: a name that merely resolves to this machine today may lead elsewhere tomorrow.
bool is_loopback(std::string_view host) {
  const bool is_v4 = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || (is_v4 && host.starts_with("127.")) || host == "[::1]" ||
         host == "::1";
}

} // namespace

Result<net::Url> address_of(const Endpoint& endpoint, std::string_view path) {
  std::string base = endpoint.url;
  while (base.ends_with('/')) base.pop_back();
  OUTPOST_TRY(net::Url url, net::Url::parse(base + std::string(path)));
  if (url.scheme() != "https" && !is_loopback(url.host())) {
    return fail(ErrorCode::kPermissionDenied,
                "the endpoint '" + endpoint.name + "' is reached by plain http at " + url.host() +
                    ", where everybody on the way can read along",
                "use https; plain http is for this machine only");
  }
  return url;
}

} // namespace outpost::remote
