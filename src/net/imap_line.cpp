#include "net/imap_line.h"

#include <poll.h>

#include "net/mail_handle.h"

namespace outpost::net {
namespace {

constexpr int kImapPollMs = 100; // how late a cancel may be noticed
constexpr std::size_t kReadBytes = 16U << 10U;
constexpr int kWaitsOfCommand = 3; // as MailHandle gives to a whole transfer

} // namespace

ImapLine::ImapLine(std::unique_ptr<MailHandle> handle, std::chrono::milliseconds wait, Clock& clock,
                   CancelToken cancel)
    : handle_(std::move(handle)), wait_(wait), clock_(clock), cancel_(std::move(cancel)),
      ends_(clock.monotonic() + kWaitsOfCommand * wait) {}

ImapLine::~ImapLine() = default;

Result<std::unique_ptr<ByteLine>> ImapLine::open(const MailServer& server, Clock& clock,
                                                 const CancelToken& cancel) {
  OUTPOST_TRY(auto handle, MailHandle::make(server, cancel));
  // libcurl stops after the login and leaves the socket to curl_easy_send and curl_easy_recv.
  curl_easy_setopt(handle->get(), CURLOPT_CONNECT_ONLY, 1L);
  const CURLcode code = curl_easy_perform(handle->get());
  if (code != CURLE_OK) return fail(handle->error(code));
  return std::unique_ptr<ByteLine>(new ImapLine(std::move(handle), server.wait, clock, cancel));
}

Status ImapLine::wait_for(short events) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(handle_->get(), CURLINFO_ACTIVESOCKET, &socket);
  if (socket == CURL_SOCKET_BAD) return fail(handle_->error(CURLE_RECV_ERROR));
  const auto begun = clock_.monotonic();
  while (!cancel_.cancelled()) {
    if (clock_.monotonic() - begun > wait_ || is_late()) {
      return fail(handle_->error(CURLE_OPERATION_TIMEDOUT));
    }
    pollfd waiting{socket, events, 0};
    if (::poll(&waiting, 1, kImapPollMs) != 0) return {};
  }
  return fail(handle_->error(CURLE_ABORTED_BY_CALLBACK));
}

Status ImapLine::write(std::string_view bytes) {
  ends_ = clock_.monotonic() + kWaitsOfCommand * wait_;
  while (!bytes.empty()) {
    std::size_t count = 0;
    const CURLcode code = curl_easy_send(handle_->get(), bytes.data(), bytes.size(), &count);
    if (code == CURLE_AGAIN) {
      OUTPOST_CHECK(wait_for(POLLOUT));
      continue;
    }
    if (code != CURLE_OK) return fail(handle_->error(code));
    bytes.remove_prefix(count);
  }
  return {};
}

Result<std::string> ImapLine::read() {
  std::string bytes(kReadBytes, '\0');
  while (!is_late()) {
    std::size_t count = 0;
    // First, not after waiting: TLS may have bytes that the socket has not.
    const CURLcode code = curl_easy_recv(handle_->get(), bytes.data(), bytes.size(), &count);
    if (code == CURLE_AGAIN) {
      OUTPOST_CHECK(wait_for(POLLIN));
      continue;
    }
    if (code != CURLE_OK || count == 0) return fail(handle_->error(CURLE_RECV_ERROR));
    bytes.resize(count);
    return bytes;
  }
  return fail(handle_->error(CURLE_OPERATION_TIMEDOUT));
}

} // namespace outpost::net
