// Calls of tools that tell only a JSON Schema (MCP, HTTP, commands): drafted by the pipeline for
// any schema (calling/call_pipeline.h). Nothing here calls a tool.
#pragma once
#include <string>
#include <vector>

#include "agents/calling/calling_profile.h"
#include "agents/run/session.h"
#include "agents/spec/tool.h"
#include "chat/chat_model.h"

namespace outpost::agents {

struct SchemaCall {
  std::string tool;
  boost::json::object arguments;
  double probability = 0; // that all of it is right
};

struct SchemaPlan {
  std::vector<SchemaCall> calls; // in order; none when nothing at hand does what is asked
  double probability = 0;        // that this is right
};

class SchemaCalls {
public:
  // All outlive this.
  SchemaCalls(chat::ChatModel& model, const CallingProfile& profile,
              const std::string& instructions, const chat::PrincipalId& principal,
              const CancelToken& cancel)
      : model_(model), profile_(profile), instructions_(instructions), principal_(principal),
        cancel_(cancel) {}

  // What `request` calls for. With one tool, it is that one.
  Result<SchemaPlan> plan(const std::vector<Tool>& tools, const Session& session,
                          const std::string& request);

private:
  chat::ChatModel& model_;
  const CallingProfile& profile_;
  const std::string& instructions_;
  const chat::PrincipalId& principal_;
  const CancelToken& cancel_;
};

} // namespace outpost::agents
