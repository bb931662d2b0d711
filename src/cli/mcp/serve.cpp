#include <unistd.h>

#include "agents/agent_toolset.h"
#include "agents/tools/labelling_toolset.h"
#include "agents/tools/validating_toolset.h"
#include "app/agents/open_agent.h"
#include "app/chat_model.h"
#include "app/run_log.h"
#include "base/clock.h"
#include "base/random.h"
#include "cli/mcp/mcp.h"
#include "cli/run/bring_model.h"
#include "mcp/stdio_server.h"

namespace outpost::cli {
namespace {

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
  OUTPOST_TRY(const app::AgentTools open,
              app::open_agent_tools(spec, invocation.environment.data_folder, clock));
  for (const std::string& why : open.left_out) {
    invocation.streams.err << "left out: " << printable(why) << "\n";
  }
  agents::LabellingToolset labelled(*open.tools);
  EffectLimit limited(labelled, options.allows_irreversible);
  agents::ValidatingToolset tools(limited);
  return serve(invocation, options, tools);
}

} // namespace

Status serve_mcp(const Invocation& invocation, const McpServeOptions& options) {
  OUTPOST_TRY(agents::AgentSpec spec, agents::load_agent_file(options.file));
  if (options.tools_only) return serve_tools(invocation, options, spec);
  const std::string model = options.model.empty() ? spec.model : options.model;
  OUTPOST_TRY(const auto path, bring_model(invocation, model));
  OUTPOST_TRY(const app::LocalModel local,
              app::open_local_model(path, model, {}, invocation.environment));
  OUTPOST_TRY(agents::RunLog log, app::open_run_log(invocation.environment));
  SystemClock clock;
  app::AgentSurroundings surroundings{*local.model, log, clock, random_seed()};
  surroundings.data_folder = invocation.environment.data_folder;
  OUTPOST_TRY(const app::OpenAgent open, app::open_agent(std::move(spec), surroundings));
  agents::AgentToolset tools(*open.agent);
  return serve(invocation, options, tools);
}

} // namespace outpost::cli
