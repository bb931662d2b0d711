// What the tools over one mailbox do. Internal to tools/mail.
#pragma once
#include "agents/tools/function/function_toolset.h"
#include "agents/tools/mail/mail_toolset.h"

namespace outpost::agents {

class MailDesk {
public:
  MailDesk(EmailSection use, MailParts parts) : use_(std::move(use)), parts_(std::move(parts)) {}

  using Work = Result<boost::json::value> (MailDesk::*)(const Arguments&, const CallContext&) const;

  Result<boost::json::value> list(const Arguments& arguments, const CallContext& context) const;
  Result<boost::json::value> search(const Arguments& arguments, const CallContext& context) const;
  Result<boost::json::value> read(const Arguments& arguments, const CallContext& context) const;
  Result<boost::json::value> flag(const Arguments& arguments, const CallContext& context) const;
  Result<boost::json::value> file(const Arguments& arguments, const CallContext& context) const;
  Result<boost::json::value> reply(const Arguments& arguments, const CallContext& context) const;
  Result<boost::json::value> draft(const Arguments& arguments, const CallContext& context) const;
  Result<boost::json::value> send(const Arguments& arguments, const CallContext& context) const;

private:
  struct FiledDraft {
    std::uint32_t number = 0;
    std::string bytes;
  };
  [[nodiscard]] const std::string& inbox() const { return use_.folders.front(); }
  [[nodiscard]] std::string folder_in(const Arguments& arguments) const;
  [[nodiscard]] Result<std::uint32_t> message_in(const Arguments& arguments) const;
  [[nodiscard]] Result<boost::json::value> tell(const std::vector<MailHead>& heads,
                                                const std::string& of_none) const;
  [[nodiscard]] Result<boost::json::value> keep_draft(Mailbox& mailbox, MailDraft draft,
                                                      const CallContext& context) const;
  [[nodiscard]] Result<FiledDraft> find_draft(Mailbox& mailbox, const std::string& name) const;

  EmailSection use_;
  MailParts parts_;
};

} // namespace outpost::agents
