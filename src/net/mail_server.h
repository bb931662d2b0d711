// A mail server as an agent file names it, and how it is reached: libcurl does names, TCP, TLS and
// the login. imaps:// and smtps:// are encrypted from the first byte; imap:// and smtp:// only
// after STARTTLS, which is compulsory: without it they are for this machine alone.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace outpost::net {

enum class MailProtocol { kImap, kSmtp };

struct MailServer {
  std::string url; // scheme, host and port; checked
  std::string host;
  std::string user; // both empty: no login
  std::string password;
  std::string ca_file;         // PEM; empty: the system's own
  bool allows_private = false; // addresses of this machine and the network behind it
  std::chrono::milliseconds wait{std::chrono::seconds(20)}; // for a connection; for one answer
};

// Scheme, host and port of `text` alone: kInvalidArgument for another scheme, a path, a user or a
// password inside.
Result<MailServer> parse_mail_server(std::string_view text, MailProtocol protocol);

} // namespace outpost::net
