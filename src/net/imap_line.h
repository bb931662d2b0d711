// A logged-in connection to an IMAP server, as bytes: libcurl brings it up (name, TLS, SASL), the
// protocol on it is the caller's. libcurl's own IMAP commands are not used: they mark as read
// what they fetch, and find the end of an answer by its text, which a hostile message can imitate.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/clock.h"
#include "net/byte_line.h"
#include "net/mail_server.h"

namespace outpost::net {

class MailHandle;

// Belongs to one thread. What is written and all its answers have three times the server's wait,
// each byte of them one wait: a peer that drips is left.
class ImapLine final : public ByteLine {
public:
  // Errors: those of MailHandle::error. `clock` outlives the line.
  static Result<std::unique_ptr<ByteLine>> open(const MailServer& server, Clock& clock,
                                                const CancelToken& cancel);
  ~ImapLine() override;

  Status write(std::string_view bytes) override;
  Result<std::string> read() override;

private:
  ImapLine(std::unique_ptr<MailHandle> handle, std::chrono::milliseconds wait, Clock& clock,
           CancelToken cancel);
  Status wait_for(short events);
  [[nodiscard]] bool is_late() const { return clock_.monotonic() > ends_; }

  std::unique_ptr<MailHandle> handle_;
  std::chrono::milliseconds wait_;
  Clock& clock_;
  CancelToken cancel_;
  std::chrono::nanoseconds ends_; // of the time for what was written last and all its answers
};

} // namespace outpost::net
