// One user's mail, opened for one piece of work: on a server (imap_mailbox.h) or in a folder of
// files (folder_mailbox.h).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/tools/mail/mail_message.h"
#include "base/cancel.h"
#include "base/result.h"

namespace outpost::agents {

struct MailHead {
  std::uint32_t number = 0; // within its folder, and of this message alone
  MailMessage message;      // without text and attachments
  bool is_read = false;
  bool is_flagged = false;
};

// Errors beside those said: kNotFound for a folder that is not there, kCorruptData for an answer
// against the protocol, and those of the connection.
class Mailbox {
public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  virtual ~Mailbox() = default;

  // The newest first, `most` at most. With `words`: those that have all of them, in header or text,
  // also as the beginning of longer ones.
  virtual Result<std::vector<MailHead>>
  list(const std::string& folder, const std::vector<std::string>& words, std::size_t most) = 0;
  // The message's bytes, at most kMailBytesMax of them. kNotFound.
  virtual Result<std::string> read(const std::string& folder, std::uint32_t number) = 0;
  // kNotFound.
  virtual Status flag(const std::string& folder, std::uint32_t number) = 0;
  // Also kIo: it was copied, and the old one stands where it stood.
  virtual Status move(const std::string& folder, std::uint32_t number, const std::string& to) = 0;
  // `bytes` as they are; drafts come back from read() byte by byte.
  virtual Status add_draft(const std::string& folder, std::string_view bytes) = 0;
};

using OpenMailbox = std::function<Result<std::unique_ptr<Mailbox>>(const CancelToken& cancel)>;

} // namespace outpost::agents
