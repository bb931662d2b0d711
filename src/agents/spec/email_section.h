// `email:` of an agent file: one mailbox, on a server or in a folder of files.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

enum class EmailTool { kList, kSearch, kRead, kFlag, kFile, kReply, kDraft, kSend };

struct EmailSection {
  std::string address; // who writes; empty: the agent has no mailbox
  std::string name;    // beside the address; may be empty
  // A mailbox of files: there is no server, or, in evaluations, it stands for one.
  std::filesystem::path folder;
  std::string imap;          // "imaps://host"; empty: the folder
  std::string smtp;          // "smtps://host"; needed to send, except from a folder
  std::string user;          // who logs in; the address unless said
  std::string password_file; // one line; app/ reads it. Relative to the agent file
  std::string password_environment;
  std::string ca_file;
  bool allows_private = false; // servers of this machine and the network behind it
  std::vector<EmailTool> tools = {EmailTool::kList, EmailTool::kSearch, EmailTool::kRead};
  std::vector<std::string> folders = {"INBOX"}; // that may be looked into; the first is the inbox
  std::string drafts = "Drafts";
  std::string sent = "Sent";
  std::vector<std::string> recipients; // who may be sent to: addresses, or "*@domain"
  std::uint32_t messages_max = 10;     // that a list shows
  std::uint32_t text_bytes_max = 4096; // of a message's text
  std::chrono::milliseconds wait{std::chrono::seconds(20)};
};

// `folder` is where relative paths start.
Status read_email(const yaml::YamlNode& node, std::string_view origin,
                  const std::filesystem::path& folder, EmailSection& into);

// May be written to, by the list. What names a second server in it is under no "*@domain".
bool may_receive(const std::vector<std::string>& recipients, std::string_view address);

} // namespace outpost::agents
