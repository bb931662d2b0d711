#include "app/agents/open_email.h"

#include "agents/tools/mail/folder_mailbox.h"
#include "agents/tools/mail/imap_mailbox.h"
#include "agents/tools/mail/mail_toolset.h"
#include "agents/tools/policy/policy_toolsets.h"
#include "app/agents/secret.h"
#include "app/make_folder.h"
#include "net/imap_line.h"
#include "net/send_mail.h"

namespace outpost::app {
namespace {

Result<net::MailServer> server_of(const agents::EmailSection& use, net::MailProtocol protocol,
                                  const std::string& password) {
  const std::string& address = protocol == net::MailProtocol::kImap ? use.imap : use.smtp;
  OUTPOST_TRY(net::MailServer server, net::parse_mail_server(address, protocol));
  server.user = password.empty() ? std::string() : use.user;
  server.password = password;
  server.ca_file = use.ca_file;
  server.allows_private = use.allows_private;
  server.wait = use.wait;
  return server;
}

} // namespace

Result<OpenEmail> open_email(const agents::AgentSpec& spec,
                             const std::filesystem::path& data_folder, Clock& clock) {
  const agents::EmailSection& use = spec.email;
  OUTPOST_CHECK(make_folder(data_folder));
  OpenEmail open;
  OUTPOST_TRY(open.sent, agents::SentBook::open(data_folder / "mail.sqlite"));
  agents::MailParts parts{{}, {}, *open.sent, clock};
  if (use.imap.empty()) {
    parts.open = [folder = use.folder.string()](const CancelToken&) {
      return agents::open_folder_mailbox(folder);
    };
    open.tools = agents::make_mail_toolset(use, std::move(parts));
    return open;
  }
  const std::filesystem::path file =
      use.password_file.empty() ? std::filesystem::path() : spec.folder / use.password_file;
  OUTPOST_TRY(open.password,
              read_secret("the password of " + use.address, use.password_environment, file));
  OUTPOST_TRY(const net::MailServer imap, server_of(use, net::MailProtocol::kImap, open.password));
  parts.open = [imap,
                &clock](const CancelToken& cancel) -> Result<std::unique_ptr<agents::Mailbox>> {
    OUTPOST_TRY(auto line, net::ImapLine::open(imap, clock, cancel));
    return agents::make_imap_mailbox(std::move(line));
  };
  if (!use.smtp.empty()) {
    OUTPOST_TRY(const net::MailServer smtp,
                server_of(use, net::MailProtocol::kSmtp, open.password));
    parts.send = [smtp, from = use.address](const std::string& to, std::string_view message,
                                            const CancelToken& cancel) {
      return net::send_mail(smtp, {from, {to}}, message, cancel);
    };
  }
  // Everything that is asked of a server leaves this machine, a search as well.
  open.tools =
      std::make_unique<agents::EgressToolset>(agents::make_mail_toolset(use, std::move(parts)));
  return open;
}

} // namespace outpost::app
