#include "agents/run/schema_calls.h"

#include <algorithm>

#include "agents/calling/call_pipeline.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kTurnsRead = 3; // earlier ones that the model is shown

} // namespace

Result<SchemaPlan> SchemaCalls::plan(const std::vector<Tool>& tools, const Session& session,
                                     const std::string& request) {
  chat::Prompt prompt;
  for (const Tool& tool : tools) {
    prompt.tools.push_back({tool.name, tool.description, parameters_schema(tool)});
  }
  if (!instructions_.empty()) prompt.messages.push_back(chat::system_message(instructions_));
  const std::size_t first = session.turns.size() - std::min(session.turns.size(), kTurnsRead);
  for (std::size_t i = first; i < session.turns.size(); ++i) {
    if (session.turns[i].request.empty()) continue; // values of an earlier conversation
    prompt.messages.push_back(chat::user_message(session.turns[i].request));
    prompt.messages.push_back(chat::assistant_message(session.turns[i].answer));
  }
  prompt.messages.push_back(chat::user_message(request));
  const bool is_chosen = tools.size() == 1;
  OUTPOST_TRY(const CallPlan plan, CallPipeline(model_, profile_)
                                       .plan({.principal = principal_,
                                              .prompt = prompt,
                                              .must_call = is_chosen,
                                              .single_call = is_chosen},
                                             cancel_));
  SchemaPlan planned;
  planned.probability = plan.calls.empty() ? 1 - plan.call_probability : plan.correct_probability;
  for (const PlannedCall& call : plan.calls) {
    planned.calls.push_back({call.tool, call.arguments, plan.correct_probability});
  }
  return planned;
}

} // namespace outpost::agents
