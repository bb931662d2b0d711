// A mailbox of files, for trials, evaluations and mail that something else delivers: each mail
// folder is a folder, each message a file NUMBER.eml, or NUMBER,F.eml once it is flagged.
#pragma once
#include "agents/tools/mail/mailbox.h"
#include "platform/folder_root.h"

namespace outpost::agents {

// Errors: those of FolderRoot::open.
Result<std::unique_ptr<Mailbox>> open_folder_mailbox(const std::string& path);

} // namespace outpost::agents
