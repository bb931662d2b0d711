// The mailbox that an agent file names, as tools.
#pragma once
#include <memory>
#include <string>

#include "agents/spec/agent_spec.h"
#include "agents/tools/mail/sent_book.h"
#include "agents/tools/toolset.h"
#include "base/clock.h"
#include "base/result.h"

namespace outpost::app {

struct OpenEmail {
  std::unique_ptr<agents::SentBook> sent;
  std::unique_ptr<agents::Toolset> tools; // stands on `sent`
  std::string password;                   // must not come back out of a tool
};

// `clock` outlives the tools. Servers are connected to with each call, not here. kNotFound: the
// password is not where the file says; kInvalidArgument: it is empty.
Result<OpenEmail> open_email(const agents::AgentSpec& spec,
                             const std::filesystem::path& data_folder, Clock& clock);

} // namespace outpost::app
