#include "net/mail_server.h"

#include <algorithm>
#include <sys/socket.h>

#include "net/mail_handle.h"
#include "net/public_address.h"

namespace outpost::net {
namespace {

using UrlHandle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK || text == nullptr) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

// Looked at after every resolution, so that a name that turns private later gains nothing.
curl_socket_t open_public_mail_socket(void*, curlsocktype, curl_sockaddr* address) {
  if (!is_public_address(address->addr)) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

} // namespace

Result<MailServer> parse_mail_server(std::string_view text, MailProtocol protocol) {
  const std::string plain = protocol == MailProtocol::kImap ? "imap" : "smtp";
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorCode::kInvalidArgument, why,
                "a server is given as " + plain + "s://host or " + plain + "://host:port");
  };
  const bool has_odd_bytes = text.size() > 512 || std::any_of(text.begin(), text.end(), [](char c) {
                               return c <= 0x20 || c == 0x7f || c == '\\';
                             });
  if (has_odd_bytes) return refuse("this is no address of a mail server");
  const UrlHandle url(curl_url(), &curl_url_cleanup);
  if (!url) return fail(ErrorCode::kResourceExhausted, "no memory to read an address");
  const CURLUcode code =
      curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_DISALLOW_USER);
  if (code != CURLUE_OK) {
    return refuse("'" + std::string(text) + "' is no address: " + curl_url_strerror(code));
  }
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  const std::string path = part_of(url.get(), CURLUPART_PATH);
  MailServer server;
  server.host = part_of(url.get(), CURLUPART_HOST);
  if (scheme != plain && scheme != plain + "s") {
    return refuse("'" + std::string(text) + "' is not of " + plain + "s:// or " + plain + "://");
  }
  if (server.host.empty() || (!path.empty() && path != "/") ||
      !part_of(url.get(), CURLUPART_QUERY).empty()) {
    return refuse("'" + std::string(text) + "' is more, or less, than a server");
  }
  server.url = part_of(url.get(), CURLUPART_URL);
  return server;
}

Result<std::unique_ptr<MailHandle>> MailHandle::make(const MailServer& server,
                                                     const CancelToken& cancel) {
  [[maybe_unused]] static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::unique_ptr<MailHandle> made(new MailHandle(cancel));
  made->easy_.reset(curl_easy_init());
  made->error_buffer_.assign(CURL_ERROR_SIZE, '\0');
  made->host_ = server.host;
  CURL* easy = made->easy_.get();
  if (easy == nullptr) return fail(ErrorCode::kResourceExhausted, "no memory for a connection");
  curl_easy_setopt(easy, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "imap,imaps,smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  // A plain beginning has to turn into TLS before the login, unless it stays on this machine.
  const bool stays_here = server.allows_private && is_this_machine(server.host);
  curl_easy_setopt(easy, CURLOPT_USE_SSL, long{stays_here ? CURLUSESSL_NONE : CURLUSESSL_ALL});
  if (!server.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, server.ca_file.c_str());
  if (!server.allows_private) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_public_mail_socket);
  }
  if (!server.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, server.password.c_str());
  }
  const auto wait_ms = static_cast<long>(server.wait.count());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, wait_ms);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 3 * wait_ms);
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (wait_ms + 999) / 1000);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, made->error_buffer_.data());
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &MailHandle::on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, made.get());
  return made;
}

int MailHandle::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<MailHandle*>(self)->cancel_.cancelled() ? 1 : 0;
}

Error MailHandle::error(CURLcode code) const {
  const std::string detail = error_buffer_.c_str();
  const std::string words = detail.empty() ? curl_easy_strerror(code) : detail;
  switch (code) {
  case CURLE_ABORTED_BY_CALLBACK:
    return {ErrorCode::kCancelled, "the work with " + host_ + " was cancelled", ""};
  case CURLE_OPERATION_TIMEDOUT:
    return {ErrorCode::kTimeout, host_ + " did not answer in time: " + words, ""};
  case CURLE_LOGIN_DENIED:
    return {ErrorCode::kPermissionDenied, host_ + " refused the login: " + words,
            "`user` and `password` of the agent file's `email:` say who logs in"};
  case CURLE_USE_SSL_FAILED:
    return {ErrorCode::kPermissionDenied, host_ + " offers no TLS, and nothing is sent without",
            "imaps:// and smtps:// are encrypted from the beginning"};
  case CURLE_OUT_OF_MEMORY:
    return {ErrorCode::kResourceExhausted, "no memory for a connection to " + host_, ""};
  default: return {ErrorCode::kUnavailable, "the work with " + host_ + " failed: " + words, ""};
  }
}

} // namespace outpost::net
