// A libcurl handle set up for a mail server: what ImapLine and send_mail share. Internal to net/.
#pragma once
#include <memory>
#include <string>

#include <curl/curl.h>

#include "base/cancel.h"
#include "net/mail_server.h"
#include "net/transfer.h"

namespace outpost::net {

class MailHandle {
public:
  // The token is copied; kResourceExhausted.
  static Result<std::unique_ptr<MailHandle>> make(const MailServer& server,
                                                  const CancelToken& cancel);
  MailHandle(const MailHandle&) = delete;
  MailHandle& operator=(const MailHandle&) = delete;

  [[nodiscard]] CURL* get() const { return easy_.get(); }
  // What ended a transfer. kUnavailable, kTimeout, kCancelled; kPermissionDenied for a login that
  // was refused.
  [[nodiscard]] Error error(CURLcode code) const;

private:
  explicit MailHandle(const CancelToken& cancel) : cancel_(cancel) {}
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  CancelToken cancel_;
  std::string host_;
  std::string error_buffer_;
  std::unique_ptr<CURL, CurlEasyDelete> easy_;
};

} // namespace outpost::net
