#include "app/agents/agent_tools.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "agents/knowledge/knowledge_toolset.h"
#include "agents/tools/builtin/builtin_toolset.h"
#include "agents/tools/calendar/calendar_toolset.h"
#include "agents/tools/command/command_toolset.h"
#include "agents/tools/files/files_toolset.h"
#include "agents/tools/http/http_toolset.h"
#include "agents/tools/joined_toolset.h"
#include "agents/tools/policy/permission_toolset.h"
#include "agents/tools/policy/policy_toolsets.h"
#include "agents/tools/sql_toolset.h"
#include "app/agents/memory_files.h"
#include "app/agents/open_email.h"
#include "app/environment.h"
#include "app/make_folder.h"
#include "mcp/http_channel.h"
#include "mcp/mcp_toolset.h"
#include "mcp/stdio_channel.h"

namespace outpost::app {
namespace {

platform::Program program_of(const agents::McpServerSpec& spec,
                             const std::filesystem::path& folder) {
  platform::Program program;
  program.arguments = spec.run;
  program.inherits_environment = false;
  program.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C.UTF-8"}};
  program.environment.insert(program.environment.end(), spec.environment.begin(),
                             spec.environment.end());
  program.discards_errors = true;
  program.folder = folder;
  return program;
}

Result<std::unique_ptr<mcp::Channel>>
open_channel(const agents::McpServerSpec& spec, const std::filesystem::path& folder, Clock& clock) {
  if (spec.url.empty()) return mcp::StdioChannel::start(program_of(spec, folder), clock);
  OUTPOST_TRY(auto url, net::Url::parse(spec.url));
  mcp::HttpEndpoint endpoint{std::move(url), {}, {}};
  if (!spec.key_variable.empty()) {
    const auto key = environment_variable(spec.key_variable);
    if (!key) {
      return fail(ErrorCode::kPermissionDenied, "the MCP server '" + spec.name +
                                                    "' needs a key in the environment variable " +
                                                    spec.key_variable + ", which is not set");
    }
    endpoint.headers.emplace_back("Authorization", "Bearer " + *key);
  }
  return std::unique_ptr<mcp::Channel>(
      std::make_unique<mcp::HttpChannel>(std::move(endpoint), clock));
}

Result<std::unique_ptr<mcp::McpToolset>> open_mcp(const agents::McpServerSpec& spec,
                                                  const std::filesystem::path& folder,
                                                  mcp::DefinitionStore& pins, Clock& clock) {
  mcp::McpServerUse use;
  use.name = spec.name;
  use.prefix = spec.prefix;
  use.only = spec.only;
  use.reads = spec.reads;
  use.reversible = spec.reversible;
  use.examples = spec.examples;
  use.trust = spec.trusts_first_use ? mcp::Trust::kFirstUse : mcp::Trust::kNothing;
  use.call_time = spec.time_limit;
  const auto connect = [spec, folder,
                        &clock](const CancelToken& cancel) -> Result<std::unique_ptr<mcp::Client>> {
    OUTPOST_TRY(auto channel, open_channel(spec, folder, clock));
    mcp::ClientOptions options;
    options.revision = spec.revision;
    return mcp::Client::connect(std::move(channel), std::move(options), cancel);
  };
  return mcp::McpToolset::open(std::move(use), connect, pins);
}

// The tools of its MCP servers, and what of them is left out.
Status open_mcp_servers(const agents::AgentSpec& spec, const std::filesystem::path& data_folder,
                        Clock& clock, AgentTools& open,
                        std::vector<std::unique_ptr<agents::Toolset>>& parts) {
  if (spec.mcp.empty()) return {};
  OUTPOST_TRY(auto pins, open_definition_store(data_folder));
  open.pins = std::make_unique<mcp::DefinitionStore>(std::move(pins));
  for (const agents::McpServerSpec& server : spec.mcp) {
    OUTPOST_TRY(auto tools, open_mcp(server, spec.folder, *open.pins, clock));
    for (const std::string& why : tools->left_out()) {
      open.left_out.push_back("MCP server '" + server.name + "': " + why);
    }
    // A program on this machine may reach beyond it as well.
    parts.push_back(std::make_unique<agents::EgressToolset>(std::move(tools)));
  }
  return {};
}

// What must not come back out of a tool: the keys that are sent to servers.
std::vector<std::string> secrets_of(const agents::AgentSpec& spec) {
  std::vector<std::string> secrets;
  for (const agents::McpServerSpec& server : spec.mcp) {
    const auto key = environment_variable(server.key_variable);
    if (key) secrets.push_back(*key);
  }
  return secrets;
}

void pass_time(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, time, [] { return false; });
}

} // namespace

Result<mcp::DefinitionStore> open_definition_store(const std::filesystem::path& data_folder) {
  OUTPOST_CHECK(make_folder(data_folder));
  return mcp::DefinitionStore::open(data_folder / "mcp.sqlite");
}

Result<AgentTools> open_agent_tools(const agents::AgentSpec& spec, AgentStores& stores) {
  const std::filesystem::path& data_folder = stores.folder;
  Clock& clock = stores.clock;
  AgentTools open;
  std::vector<std::unique_ptr<agents::Toolset>> parts;
  if (!spec.tools.empty()) {
    OUTPOST_TRY(auto sql, agents::SqlToolset::open(spec));
    parts.push_back(std::move(sql));
  }
  if (!spec.builtin.tools.empty()) {
    parts.push_back(agents::make_builtin_toolset(spec.builtin, data_folder, clock));
  }
  if (!spec.files.root.empty()) {
    OUTPOST_TRY(auto files, agents::open_files_toolset(spec.files));
    parts.push_back(std::move(files));
  }
  if (!spec.calendar.folder.empty()) {
    OUTPOST_TRY(auto calendar,
                agents::open_calendar_toolset(spec.calendar, clock, stores.calendar_writing));
    parts.push_back(std::move(calendar));
  }
  std::vector<std::string> secrets = secrets_of(spec);
  if (!spec.email.address.empty()) {
    OUTPOST_TRY(OpenEmail email, open_email(spec, data_folder, clock));
    open.sent_mail = std::move(email.sent);
    parts.push_back(std::move(email.tools));
    secrets.push_back(std::move(email.password));
  }
  if (!spec.commands.empty()) {
    parts.push_back(std::make_unique<agents::CommandToolset>(spec.commands, spec.folder));
  }
  OUTPOST_CHECK(open_mcp_servers(spec, data_folder, clock, open, parts));
  if (!spec.http.tools.empty()) {
    parts.push_back(std::make_unique<agents::EgressToolset>(
        std::make_unique<agents::HttpToolset>(spec.http, clock)));
  }
  if (!spec.knowledge.folder.empty()) {
    OUTPOST_TRY(auto base, open_knowledge(data_folder, spec.knowledge.folder));
    OUTPOST_CHECK(base->index());
    parts.push_back(
        std::make_unique<agents::KnowledgeToolset>(std::move(base), spec.knowledge, clock));
  }
  OUTPOST_TRY(open.joined, agents::JoinedToolset::join(std::move(parts)));
  open.kept = std::make_unique<agents::RedactionToolset>(*open.joined, secrets);
  open.marked = std::make_unique<agents::LocalOnlyToolset>(*open.kept, spec.local_only.tools);
  open.patient = std::make_unique<agents::RetryToolset>(
      *open.marked, static_cast<int>(spec.retry.attempts),
      [wait = spec.retry.wait](int attempt) { pass_time(wait * attempt); });
  if (spec.permissions.is_given) {
    open.permitted = std::make_unique<agents::PermissionToolset>(*open.patient, spec.permissions);
  } else {
    open.permitted = std::make_unique<agents::WrapperToolset>(*open.patient);
  }
  open.tools = std::make_unique<agents::AuditToolset>(
      *open.permitted, [&stores, agent = spec.name](const agents::AuditEntry& entry) {
        return stores.audit.add({.time_ms = stores.clock.wall_ms(),
                                 .principal = entry.principal,
                                 .agent = agent,
                                 .tool = entry.tool,
                                 .call = entry.call_id,
                                 .effect = std::string(to_string(entry.effect)),
                                 .outcome = entry.outcome});
      });
  return open;
}

} // namespace outpost::app
