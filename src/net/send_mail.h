// Hands one message to a mail server (SMTP, by libcurl).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "net/mail_server.h"

namespace outpost::net {

struct MailEnvelope {
  std::string from; // addresses without brackets
  std::vector<std::string> to;
};

// `message` has its header fields and CR LF at the ends of its lines. When this returns without
// error the server has taken it for all of `to`. kInvalidArgument, kPermissionDenied and
// kResourceExhausted: it certainly was not taken, also when the server could not be reached.
// kUnavailable, kTimeout and kCancelled: all of it had gone out, and nobody knows.
Status send_mail(const MailServer& server, const MailEnvelope& envelope, std::string_view message,
                 const CancelToken& cancel);

} // namespace outpost::net
