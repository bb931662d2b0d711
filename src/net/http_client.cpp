#include "net/http_client.h"

#include "base/assert.h"
#include "net/transfer.h"

namespace outpost::net {
namespace {

class TextSink final : public BodySink {
public:
  Status begin(const HttpResponse&) override { return {}; }
  Status write(std::span<const std::byte> bytes) override {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  std::string text;
};

// The request that follows a redirect, or why there is none.
Result<HttpRequest> redirected(const HttpRequest& request, const HttpResponse& response,
                               Url target) {
  HttpRequest next = request;
  next.headers = headers_for_redirect(request.headers, request.url, target);
  next.url = std::move(target);
  if (request.method == "GET" || request.method == "HEAD") return next;
  if (response.status != 303) {
    return fail(ErrorCode::kPermissionDenied,
                request.url.shown() + " redirects a " + request.method + " to " + next.url.shown() +
                    "; what it carries is not sent to another address",
                "use the new address if you trust it");
  }
  next.method = "GET";
  next.body.clear();
  return next;
}

} // namespace

struct HttpClient::Connections {
  Clock& clock;
  HttpOptions options;
  std::unique_ptr<CURLM, CurlMultiDelete> multi;
};

HttpClient::HttpClient(Clock& clock, HttpOptions options) {
  [[maybe_unused]] static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  connections_ = std::make_unique<Connections>(Connections{
      clock, std::move(options), std::unique_ptr<CURLM, CurlMultiDelete>(curl_multi_init())});
}

HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::fetch(const HttpRequest& request, BodySink& sink,
                                       const CancelToken& cancel) {
  CURLM* multi = connections_->multi.get();
  if (multi == nullptr) return fail(ErrorCode::kResourceExhausted, "no memory for a connection");
  HttpRequest current = request;
  for (int hop = 0; hop <= request.limits.redirects; ++hop) {
    Transfer transfer(current, connections_->options, sink, connections_->clock);
    OUTPOST_TRY(HttpResponse response, transfer.run(multi, cancel));
    const auto location = response.headers.find("Location");
    if (!is_redirect(response.status) || !location) return response;
    OUTPOST_TRY(Url target, redirect_target(current.url, *location));
    if (request.redirects == RedirectPolicy::kSameOrigin && !target.same_origin(current.url)) {
      return response;
    }
    OUTPOST_TRY(current, redirected(current, response, std::move(target)));
  }
  return fail(ErrorCode::kLimitExceeded, request.url.shown() + " redirects more than " +
                                             std::to_string(request.limits.redirects) + " times");
}

Result<std::string> HttpClient::fetch_text(const HttpRequest& request, const CancelToken& cancel) {
  TextSink sink;
  OUTPOST_TRY(const HttpResponse response, fetch(request, sink, cancel));
  OUTPOST_CHECK(check_status(response));
  return std::move(sink.text);
}

Status check_status(const HttpResponse& response) {
  const int status = response.status;
  if (status >= 200 && status <= 299) return {};
  const std::string what = response.url.shown() + " answered with status " + std::to_string(status);
  if (status == 401 || status == 403) {
    return fail(ErrorCode::kPermissionDenied, what + " (access denied)",
                "it may need an account, a token, or the acceptance of a licence");
  }
  if (status == 404 || status == 410) return fail(ErrorCode::kNotFound, what + " (not there)");
  if (status == 429) {
    const auto wait = response.headers.find_number("Retry-After");
    return fail(ErrorCode::kUnavailable, what + " (too many requests)",
                wait ? "try again in " + std::to_string(*wait) + " s" : "try again later");
  }
  if (status >= 500)
    return fail(ErrorCode::kUnavailable, what + " (a fault of the server)", "try again later");
  return fail(ErrorCode::kCorruptData, what + ", which cannot be used here");
}

} // namespace outpost::net
