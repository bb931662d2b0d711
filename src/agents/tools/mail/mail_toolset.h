// Tools over one mailbox: list_mail, search_mail, read_mail, flag_mail, file_mail, draft_reply,
// draft_mail, send_draft. What a user wants written becomes a draft; a draft is called by digits of
// its own SHA-256, so a draft that somebody changes after it was approved is not sent. These are 40
// bits, against mistakes and haste, not against who may write drafts and makes two of one name on
// purpose (some 2^20 tries; 2^40 for one that is there already): approved is the name. While both
// are there, neither is sent.
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
