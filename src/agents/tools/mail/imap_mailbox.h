// Mail on a server, by IMAP. Reading marks nothing as read; nothing is ever deleted.
#pragma once
#include "agents/tools/mail/mailbox.h"
#include "net/byte_line.h"

namespace outpost::agents {

// `line` is logged in.
std::unique_ptr<Mailbox> make_imap_mailbox(std::unique_ptr<net::ByteLine> line);

} // namespace outpost::agents
