// Tools that are programs: a JSON object on standard input, JSON or text on standard output. No
// shell; a process group of its own that ends with the call; a clean environment; bounds on time,
// memory and output.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "agents/spec/commands_section.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

class CommandToolset final : public Toolset {
public:
  // `folder` is where the programs start.
  CommandToolset(std::vector<CommandTool> commands, std::filesystem::path folder);

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  // The program reads {"tool", "arguments", "request", "principal", "idempotency_key"}. Ending with
  // a status other than 0 is a failure (kInvalidArgument, with the beginning of its output);
  // nothing on its output is "nothing". kTimeout, kCancelled; kCorruptData beyond the output limit;
  // kPermissionDenied for what is local-only, unless the command takes that.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  std::vector<Tool> tools_;
  std::vector<CommandTool> commands_; // one for each tool
  std::filesystem::path folder_;
};

} // namespace outpost::agents
