#include "net/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include <curl/curl.h>

namespace outpost::net {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;
constexpr unsigned kParseFlags = CURLU_DISALLOW_USER;

std::string part(CURLU* handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, which, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

// A message must not carry what it complains about to a terminal unfiltered.
std::string excerpt(std::string_view text) {
  std::string out(text.substr(0, 120));
  std::replace_if(out.begin(), out.end(), [](char c) { return c < 0x20 || c == 0x7f; }, '?');
  return out;
}

Status check_characters(std::string_view text) {
  if (text.size() > Url::kMaxBytes) {
    return fail(ErrorCode::kLimitExceeded, "an address of " + std::to_string(text.size()) +
                                               " bytes; the limit is " +
                                               std::to_string(Url::kMaxBytes));
  }
  const bool bad = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\';
  });
  if (bad) {
    return fail(ErrorCode::kInvalidArgument,
                "white space, control character or backslash in the address '" + excerpt(text) +
                    "'");
  }
  if (text.find(":///") != std::string_view::npos) { // libcurl would take the path for the host
    return fail(ErrorCode::kInvalidArgument, "no host in the address '" + excerpt(text) + "'");
  }
  return {};
}

Result<Handle> read_url(std::string_view text, const std::string* base) {
  OUTPOST_CHECK(check_characters(text));
  Handle handle(curl_url(), &curl_url_cleanup);
  if (!handle) return fail(ErrorCode::kResourceExhausted, "no memory to read an address");
  CURLUcode code = CURLUE_OK;
  if (base != nullptr) code = curl_url_set(handle.get(), CURLUPART_URL, base->c_str(), kParseFlags);
  if (code == CURLUE_OK) {
    code = curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), kParseFlags);
  }
  if (code == CURLUE_USER_NOT_ALLOWED) {
    return fail(ErrorCode::kInvalidArgument,
                "a user or password inside an address is not accepted");
  }
  if (code != CURLUE_OK) {
    return fail(ErrorCode::kInvalidArgument,
                "'" + excerpt(text) + "' is not an address: " + curl_url_strerror(code));
  }
  return handle;
}

} // namespace

Result<Url> Url::parse(std::string_view text) {
  OUTPOST_TRY(const Handle handle, read_url(text, nullptr));
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  std::string host = part(handle.get(), CURLUPART_HOST);
  std::transform(host.begin(), host.end(), host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  curl_url_set(handle.get(), CURLUPART_HOST, host.c_str(), 0);
  Url url;
  url.text_ = part(handle.get(), CURLUPART_URL);
  url.scheme_ = part(handle.get(), CURLUPART_SCHEME);
  url.host_ = std::move(host);
  url.path_ = part(handle.get(), CURLUPART_PATH);
  const std::string port = part(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), url.port_);
  if (url.scheme_ != "http" && url.scheme_ != "https") {
    return fail(ErrorCode::kInvalidArgument,
                "'" + excerpt(text) + "' is neither an http:// nor an https:// address");
  }
  if (url.host_.empty()) {
    return fail(ErrorCode::kInvalidArgument, "no host in the address '" + excerpt(text) + "'");
  }
  return url;
}

Result<Url> Url::resolve(std::string_view location) const {
  OUTPOST_TRY(const Handle handle, read_url(location, &text_));
  return parse(part(handle.get(), CURLUPART_URL));
}

std::string Url::shown() const {
  const std::size_t query = text_.find('?');
  return query == std::string::npos ? text_ : text_.substr(0, query) + "?...";
}

bool Url::same_origin(const Url& other) const {
  return scheme_ == other.scheme_ && host_ == other.host_ && port_ == other.port_;
}

std::string percent_encode(std::string_view segment) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(segment.size());
  for (const char c : segment) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

} // namespace outpost::net
