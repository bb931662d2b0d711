// What each MCP server's tools were when they were accepted: their definitions, pinned by digest in
// one SQLite file. A tool whose definition has changed, one that joined later, and one with
// suspicious signs wait until a person accepts them; until then no model sees them.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "mcp/tool_definition.h"
#include "store/database.h"

namespace outpost::mcp {

enum class Trust {
  kFirstUse, // the tools that a server has when it is first met are accepted, but suspicious ones
  kNothing,  // every tool waits
};

struct PinnedTool {
  std::string server;
  std::string tool;
  std::string digest;         // accepted; empty when none ever was
  std::string waiting_digest; // seen since and not accepted; empty when nothing waits
  std::string waiting_text;   // the definition that waits, JSON
  std::string why;            // it waits
};

// Belongs to one thread at a time; several processes may have the file open.
class DefinitionStore {
public:
  static Result<DefinitionStore> open(const std::filesystem::path& path);
  static Result<DefinitionStore> open_in_memory();

  // Of the tools that `server` shows now, those that are accepted as they are. What is not accepted
  // is noted as waiting.
  Result<std::vector<ToolDefinition>> review(const std::string& server,
                                             const std::vector<ToolDefinition>& tools, Trust trust);
  // Whether exactly this definition is accepted.
  Result<bool> is_accepted(const std::string& server, const ToolDefinition& tool);

  // Accepts what waits: one tool or, with an empty name, all of the server. The number accepted;
  // kNotFound when nothing waits. `digest`, when given, must be the beginning of the one that
  // waits, so that what was looked at is what is accepted (kConflict).
  Result<std::size_t> accept(const std::string& server, const std::string& tool,
                             const std::string& digest = {});
  // By server and tool; of all servers when `server` is empty.
  Result<std::vector<PinnedTool>> list(const std::string& server = {});

private:
  explicit DefinitionStore(store::Database database) : database_(std::move(database)) {}
  static Result<DefinitionStore> prepare(store::Database database);
  Result<bool> knows(const std::string& server);
  Status note(const std::string& server, const ToolDefinition& tool, bool is_first, Trust trust);

  store::Database database_;
};

} // namespace outpost::mcp
