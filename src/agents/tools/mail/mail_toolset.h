// Tools over one mailbox: list_mail, search_mail, read_mail, flag_mail, file_mail, draft_reply,
// draft_mail, send_draft. What a user wants written becomes a draft; a draft is called by digits of
// its own SHA-256, so whoever approves that it is sent has approved these bytes and no others.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agents/spec/email_section.h"
#include "agents/tools/mail/mailbox.h"
#include "agents/tools/mail/sent_book.h"
#include "agents/tools/toolset.h"
#include "base/clock.h"

namespace outpost::agents {

// What stands behind the tools. All outlive them.
struct MailParts {
  OpenMailbox open;
  // Hands a message to its one recipient, as net::send_mail; null: it only moves to the sent mail.
  std::function<Status(const std::string& to, std::string_view message, const CancelToken&)> send;
  SentBook& sent;
  Clock& clock;
};

std::unique_ptr<Toolset> make_mail_toolset(EmailSection use, MailParts parts);

// How a draft of these bytes is called: "D-" and twelve digits.
std::string draft_name(std::string_view bytes);

} // namespace outpost::agents
