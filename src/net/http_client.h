// HTTP client: libcurl behind limits and redirect rules. http and https only; every wait is bounded
// by an idle timeout (a download of hours is fine, a minute of silence is not); a cancel takes
// effect within about 100 ms, also while a name is looked up; nothing is decompressed; credentials
// stay with the origin they were given for. Proxies are those of libcurl's own conventions
// (https_proxy, no_proxy). A client keeps connections for re-use and belongs to one thread; make
// one for each.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/http_headers.h"
#include "net/redirect.h"
#include "net/url.h"

namespace outpost::net {

struct HttpLimits {
  std::size_t header_bytes = 64 << 10; // all header fields of one answer, interim answers included
  std::uint64_t body_bytes = 1 << 20;  // downloads state their own
  int redirects = 5;
  std::chrono::milliseconds connect_timeout{std::chrono::seconds(20)}; // name, TCP and TLS together
  std::chrono::milliseconds idle_timeout{std::chrono::seconds(60)};    // without a byte either way
};

enum class RedirectPolicy {
  kFollow,
  kSameOrigin, // one that leads to another origin is returned as the answer
};

struct HttpRequest {
  Url url;
  std::string method = "GET";
  HeaderList headers; // may hold credentials: see headers_for_redirect
  std::string body;
  std::uint64_t range_from = 0; // > 0 asks for the bytes from there on
  std::string if_range; // with range_from: the whole again if this validator no longer holds
  RedirectPolicy redirects = RedirectPolicy::kFollow;
  HttpLimits limits;
};

struct HttpResponse {
  Url url; // which address answered, after redirects
  int status = 0;
  HttpHeaders headers;
  std::uint64_t first_byte = 0;             // range_from if the server continued there, else 0
  std::optional<std::uint64_t> total_bytes; // of the whole resource, if the server says
  std::string error_text;                   // start of the body of an answer that is not 2xx
};

// Takes the body of a 2xx answer. An error from either function ends the transfer and is returned.
class BodySink {
public:
  virtual ~BodySink() = default;
  // Once, before the first byte: response.first_byte says where the bytes belong.
  virtual Status begin(const HttpResponse& response) = 0;
  virtual Status write(std::span<const std::byte> bytes) = 0;
  // Before an error is returned, if the whole request had gone out by then: what it asks for may
  // have been done.
  virtual void was_sent() {}
};

struct HttpOptions {
  std::string user_agent = "outpost";
  std::string ca_file; // PEM; empty: the system's own
  // Connects to public addresses only, whatever a name resolves to, and never through a proxy
  // (which would resolve names by itself).
  bool public_only = false;
};

class HttpClient {
public:
  // `clock` must outlive the client.
  explicit HttpClient(Clock& clock, HttpOptions options = {});
  HttpClient(HttpClient&&) noexcept;
  ~HttpClient();

  // An answer of any status is a result (see check_status). Errors: kUnavailable (offline, unknown
  // name, refused, connection cut, TLS), kTimeout, kLimitExceeded, kCancelled, kCorruptData (an
  // answer against the protocol), kPermissionDenied (a redirect that the rules forbid), and those
  // of the sink.
  Result<HttpResponse> fetch(const HttpRequest& request, BodySink& sink,
                             const CancelToken& cancel = {});

  // The body of a 2xx answer as a string, at most limits.body_bytes of it; other statuses are
  // errors.
  Result<std::string> fetch_text(const HttpRequest& request, const CancelToken& cancel = {});

private:
  struct Connections; // curl's handles
  std::unique_ptr<Connections> connections_;
};

// 2xx is fine; everything else becomes an Error that names the address, the status and what to do.
Status check_status(const HttpResponse& response);

} // namespace outpost::net
