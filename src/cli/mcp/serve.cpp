#include <unistd.h>

#include "agents/agent_toolset.h"
#include "agents/tools/labelling_toolset.h"
#include "agents/tools/toolset_pool.h"
#include "agents/tools/validating_toolset.h"
#include "app/agents/open_runner.h"
#include "base/clock.h"
#include "base/random.h"
#include "cli/mcp/mcp.h"
#include "cli/run/agent_place.h"
#include "mcp/stdio_server.h"

namespace outpost::cli {
namespace {

constexpr std::size_t kCopiesMax = 4; // of the tools, for calls at once

// A client's call has nobody to approve it here: what cannot be undone needs a word beforehand.
class EffectLimit final : public agents::WrapperToolset {
public:
  EffectLimit(agents::Toolset& inner, bool allows_irreversible)
      : WrapperToolset(inner), allows_irreversible_(allows_irreversible) {}
  Result<agents::ToolResult> call(const agents::Call& call,
                                  const agents::CallContext& context) override {
    const agents::Tool* tool = agents::find_tool(*this, call.tool);
    if (tool != nullptr && tool->effect == agents::Effect::kIrreversible && !allows_irreversible_) {
      return fail(ErrorCode::kPermissionDenied,
                  "'" + call.tool + "' cannot be undone and is not allowed here");
    }
    return WrapperToolset::call(call, context);
  }

private:
  bool allows_irreversible_;
};

// The tools of an agent file with what they stand on.
class OpenTools final : public agents::WrapperToolset {
public:
  explicit OpenTools(app::AgentTools open) : WrapperToolset(*open.tools), open_(std::move(open)) {}
  [[nodiscard]] const std::vector<std::string>& left_out() const { return open_.left_out; }

private:
  app::AgentTools open_;
};

Result<std::unique_ptr<OpenTools>> open_tools(const agents::AgentSpec& spec,
                                              app::AgentStores& stores) {
  OUTPOST_TRY(app::AgentTools open, app::open_agent_tools(spec, stores));
  return std::make_unique<OpenTools>(std::move(open));
}

Status serve(const Invocation& invocation, const McpServeOptions& options, agents::Toolset& tools) {
  mcp::ServerInfo info;
  info.version = OUTPOST_VERSION;
  mcp::Server server(tools, info);
  if (options.port) return serve_mcp_over_http(invocation, server, *options.port);
  return mcp::serve_stdio(server, STDIN_FILENO, STDOUT_FILENO, {}, invocation.cancel.token());
}

Status serve_tools(const Invocation& invocation, const McpServeOptions& options,
                   const agents::AgentSpec& spec) {
  SystemClock clock;
  OUTPOST_TRY(const auto stores, app::AgentStores::open(invocation.environment, clock));
  OUTPOST_TRY(auto first, open_tools(spec, *stores));
  for (const std::string& why : first->left_out()) {
    invocation.streams.err << "left out: " << printable(why) << "\n";
  }
  agents::ToolsetPool pool(
      std::move(first),
      [&]() -> Result<std::unique_ptr<agents::Toolset>> { return open_tools(spec, *stores); },
      kCopiesMax);
  agents::LabellingToolset labelled(pool);
  EffectLimit limited(labelled, options.allows_irreversible);
  agents::ValidatingToolset tools(limited);
  return serve(invocation, options, tools);
}

} // namespace

Status serve_mcp(const Invocation& invocation, const McpServeOptions& options) {
  if (options.tools_only) {
    OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(options.file));
    return serve_tools(invocation, options, spec);
  }
  OUTPOST_TRY(const auto place,
              AgentPlace::open(invocation, {options.model, 0, 0, random_seed(), true}));
  OUTPOST_TRY(const auto open, app::open_runner(options.file, place->surroundings()));
  agents::AgentToolset tools(*open.runner, open.name, open.description, open.tools);
  return serve(invocation, options, tools);
}

} // namespace outpost::cli
