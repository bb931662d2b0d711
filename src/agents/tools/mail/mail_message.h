// What a message says, and messages of our own: MIME by GMime (docs/adr/0012-gmime.md), behind
// limits, as plain data. What comes out is UTF-8 without control characters; nothing in it is
// trusted.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace outpost::agents {

constexpr std::size_t kMailBytesMax = 256U << 10U; // of one message that is read; the rest is left

struct MailMessage {
  std::string from;                   // the first author's address; may be empty
  std::string from_name;              // as the message calls them
  std::string subject;                // one line
  std::string id;                     // Message-ID without brackets; may be empty
  std::optional<std::int64_t> sent_s; // since 1970, if the message says it
  std::string text; // the first plain part, or else what the first HTML part would show
  std::vector<std::string> attachments; // file names, or kinds such as "image/png"
};

// `bytes`: a message, its beginning, or its header alone. kLimitExceeded: more than kMailBytesMax
// bytes, or more parts than a message needs.
Result<MailMessage> read_mail(std::string_view bytes);

// The one address that the message goes to, in To, Cc and Bcc together. kInvalidArgument when there
// are several or none; kLimitExceeded as above.
Result<std::string> recipient_of(std::string_view bytes);

struct MailDraft {
  std::string from;
  std::string from_name;
  std::string to;
  std::string subject;
  std::string text;
  std::string id;      // Message-ID without brackets
  std::string answers; // the Message-ID that it answers; may be empty
  std::int64_t sent_s = 0;
};

// CR LF at the ends of lines, 7 bits. kInvalidArgument for an address with anything but one
// mailbox in it; control characters elsewhere become spaces, so that no header can be added.
Result<std::string> write_mail(const MailDraft& draft);

// At most `bytes_max` of it, whole characters; bytes that are no UTF-8 and control characters are
// replaced, characters that cannot be seen left out. Line ends stay where `keeps_lines`.
std::string clean_text(std::string_view text, std::size_t bytes_max, bool keeps_lines);

} // namespace outpost::agents
