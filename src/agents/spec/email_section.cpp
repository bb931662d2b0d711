#include "agents/spec/email_section.h"

#include <algorithm>

#include "agents/call/words.h"
#include "agents/spec/section.h"
#include "net/mail_server.h"

namespace outpost::agents {
namespace {

using yaml::YamlNode;

// With one '@': servers that read "a@b@c" disagree about which of them is the last.
bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.size() <= 254 &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c > 0x20 && c < 0x7f &&
                  std::string_view("<>\"\\,;:()").find(c) == std::string_view::npos;
         });
}

// IMAP writes other names in an encoding of its own (RFC 3501, 5.1.3).
bool is_folder_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= 0x20 && c < 0x7f && std::string_view("\"\\&*%").find(c) == std::string_view::npos;
  });
}

yaml::YamlFields::Reader address_into(std::string& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    OUTPOST_TRY(into, read_text(node, origin));
    if (is_address(into)) return {};
    return yaml_error(origin, node.place, "'" + into + "' is no e-mail address");
  };
}

yaml::YamlFields::Reader folder_into(std::string& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    OUTPOST_TRY(into, read_text(node, origin));
    if (is_folder_name(into)) return {};
    return yaml_error(origin, node.place,
                      "a mail folder's name is of ASCII, without \" \\ & * and %");
  };
}

yaml::YamlFields::Reader server_into(std::string& into, net::MailProtocol protocol,
                                     std::string_view origin) {
  return [&into, protocol, origin](const YamlNode& node) -> Status {
    OUTPOST_TRY(into, read_text(node, origin));
    const auto server = net::parse_mail_server(into, protocol);
    if (server) return {};
    return yaml_error(origin, node.place, server.error().message, server.error().hint);
  };
}

yaml::YamlFields::Reader password_into(EmailSection& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    yaml::YamlFields fields(node, origin, "where the password is");
    fields.optional("file", into.password_file).optional("environment", into.password_environment);
    OUTPOST_CHECK(fields.finish());
    if (into.password_file.empty() != into.password_environment.empty()) return {};
    return yaml_error(origin, node.place, "a password is in a 'file' or in the 'environment'",
                      "password: {environment: MAIL_PASSWORD}");
  };
}

Status check_parts(const YamlNode& node, std::string_view origin, const EmailSection& section) {
  if (section.imap.empty() && section.folder.empty()) {
    return yaml_error(origin, node.place, "`email` needs a server (`imap`) or a `folder`");
  }
  if (section.folders.empty()) {
    return yaml_error(origin, node.place, "`folders` names at least one: the inbox");
  }
  const bool has_password = !section.password_file.empty() || !section.password_environment.empty();
  if (!section.imap.empty() && !has_password) {
    return yaml_error(origin, node.place, "`imap` needs a `password`",
                      "password: {environment: MAIL_PASSWORD}");
  }
  const bool sends = std::find(section.tools.begin(), section.tools.end(), EmailTool::kSend) !=
                     section.tools.end();
  if (!sends) return {};
  if (!section.imap.empty() && section.smtp.empty()) {
    return yaml_error(origin, node.place, "to `send` needs a server (`smtp`)");
  }
  if (section.recipients.empty()) {
    return yaml_error(origin, node.place, "to `send` needs `recipients`: who may be written to",
                      "recipients: [\"*@example.com\"]");
  }
  return {};
}

} // namespace

Status read_email(const YamlNode& node, std::string_view origin,
                  const std::filesystem::path& folder, EmailSection& into) {
  std::string files;
  yaml::YamlFields fields(node, origin, "email");
  fields.required("address", address_into(into.address, origin))
      .optional("name", into.name)
      .optional("folder", files)
      .optional("imap", server_into(into.imap, net::MailProtocol::kImap, origin))
      .optional("smtp", server_into(into.smtp, net::MailProtocol::kSmtp, origin))
      .optional("user", into.user)
      .optional("password", password_into(into, origin))
      .optional("ca_file", into.ca_file)
      .optional("private", into.allows_private)
      .optional("tools",
                [&](const YamlNode& list) {
                  into.tools.clear();
                  return read_each(list, origin, "tools over e-mail",
                                   [&](const YamlNode& item) -> Status {
                                     OUTPOST_TRY(const std::size_t word,
                                                 read_word(item, origin,
                                                           {"list", "search", "read", "flag",
                                                            "file", "reply", "draft", "send"}));
                                     into.tools.push_back(static_cast<EmailTool>(word));
                                     return {};
                                   });
                })
      .optional("folders",
                [&](const YamlNode& list) {
                  into.folders.clear();
                  return read_each(list, origin, "mail folders",
                                   [&](const YamlNode& item) -> Status {
                                     return folder_into(into.folders.emplace_back(), origin)(item);
                                   });
                })
      .optional("drafts", folder_into(into.drafts, origin))
      .optional("sent", folder_into(into.sent, origin))
      .optional("recipients", into.recipients)
      .optional("messages", count_into(into.messages_max, 100, origin))
      .optional("read_bytes", count_into(into.text_bytes_max, 64U << 10U, origin))
      .optional("seconds", [&](const YamlNode& item) -> Status {
        OUTPOST_TRY(const std::uint64_t count, read_count(item, origin, 1, 300));
        into.wait = std::chrono::seconds(count);
        return {};
      });
  OUTPOST_CHECK(fields.finish());
  if (!files.empty()) into.folder = folder / files;
  if (into.user.empty()) into.user = into.address;
  return check_parts(node, origin, into);
}

bool may_receive(const std::vector<std::string>& recipients, std::string_view address) {
  if (!is_address(address)) return false;
  const std::string wanted = lower_case(address);
  // "a%b@c" and "b!a@c" ask a server c to pass the mail on to b (RFC 5321, appendix F.2).
  const bool passes_on = wanted.find_first_of("%!") != std::string::npos;
  return std::any_of(recipients.begin(), recipients.end(), [&](const std::string& one) {
    const std::string rule = lower_case(one);
    if (!rule.starts_with("*@")) return rule == wanted;
    return !passes_on && wanted.substr(wanted.rfind('@')) == rule.substr(1);
  });
}

} // namespace outpost::agents
