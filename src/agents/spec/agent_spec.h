// An agent file, checked and typed. docs/agents.md describes the YAML; agent_file.cpp reads it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agents/escalation/escalation_spec.h"
#include "agents/outbox/offline_spec.h"
#include "agents/spec/approvals_section.h"
#include "agents/spec/budgets_section.h"
#include "agents/spec/builtin_section.h"
#include "agents/spec/calendar_section.h"
#include "agents/spec/commands_section.h"
#include "agents/spec/email_section.h"
#include "agents/spec/files_section.h"
#include "agents/spec/http_section.h"
#include "agents/spec/knowledge_section.h"
#include "agents/spec/larger_models_section.h"
#include "agents/spec/local_only_section.h"
#include "agents/spec/mcp_section.h"
#include "agents/spec/memory_section.h"
#include "agents/spec/permissions_section.h"
#include "agents/spec/plans_section.h"
#include "agents/spec/replies_section.h"
#include "agents/spec/retry_section.h"
#include "agents/spec/rules_section.h"
#include "agents/spec/sql_tools_section.h"
#include "base/result.h"

namespace outpost::agents {

struct AgentSpec {
  std::string version;        // SHA-256 of the file's text: what a run and an approval are bound to
  std::filesystem::path file; // empty: it was no file
  std::string name;
  std::string description;
  std::string model;              // an alias or a model file; app/ finds it
  LargerModelsSpec larger_models; // of this machine too
  std::string instructions;
  std::filesystem::path
      database; // empty: none; absolute, or relative to the current folder as the agent file is
  Budgets budgets;
  std::uint32_t concurrency = 10; // requests at once; in a team, unless the team says otherwise
  std::vector<SqlTool> tools;
  BuiltinSection builtin;
  FilesSection files;
  HttpSection http;
  std::vector<CommandTool> commands;
  std::vector<McpServerSpec> mcp;
  PermissionsSection permissions;
  std::filesystem::path folder; // of the agent file; commands start there
  std::vector<Reply> replies;
  std::optional<EscalationSpec> escalation; // none: nothing goes to another model
  std::optional<OfflineSpec> offline;       // none: no tool waits for a line
  RetrySpec retry;
  CalendarSection calendar;
  EmailSection email;
  LocalOnlySpec local_only;
  std::vector<ApprovalRule> approvals;
  std::vector<ReflexRule> rules;
  std::vector<Plan> plans;
  MemorySpec memory;
  KnowledgeSpec knowledge;
};

// With what the agent has learnt (learning/learned_state.h).
// Errors: kNotFound, kLimitExceeded, kInvalidArgument with "file:line:column: what".
Result<AgentSpec> load_agent_file(const std::filesystem::path& path);

// `origin` begins messages; `folder` is where relative paths start.
Result<AgentSpec> parse_agent(const std::string& text, const std::string& origin,
                              const std::filesystem::path& folder);

} // namespace outpost::agents
