#include "api/agents/run_json.h"

#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::api {

std::string agent_json(const AgentInfo& agent) {
  JsonArray tools;
  for (const agents::Tool& tool : agent.tools) {
    JsonObject one;
    one.add("name", tool.name);
    one.add("description", tool.description);
    one.add("effect", to_string(tool.effect));
    one.add_raw("parameters", parameters_schema(tool));
    tools.add_raw(one.text());
  }
  JsonObject out;
  out.add("id", agent.name);
  out.add("object", "agent");
  out.add("description", agent.description);
  out.add("model", agent.model);
  out.add_raw("tools", tools.text());
  return out.text();
}

std::string run_json(const agents::RunSummary& run) {
  JsonObject out;
  out.add("id", run.id);
  out.add("object", "run");
  out.add("agent", run.agent);
  out.add("input", run.request);
  out.add("created_ms", run.started_ms);
  out.add("status", run.state);
  out.add("output", run.answer);
  out.add("calls", run.calls);
  out.add("unknown_calls", run.unknown_calls);
  return out.text();
}

std::string outcome_json(const agents::RunOutcome& outcome) {
  JsonObject usage;
  usage.add("steps", outcome.usage.steps);
  usage.add("tool_calls", outcome.usage.tool_calls);
  usage.add("tokens", outcome.usage.tokens);
  usage.add("milliseconds", outcome.usage.time.count());
  JsonObject out;
  out.add("id", outcome.run_id);
  out.add("object", "run");
  out.add("status", to_string(outcome.end));
  out.add("kind", to_string(outcome.kind));
  out.add("output", outcome.text);
  if (!outcome.waits_for.empty()) out.add("approval", outcome.waits_for);
  out.add_raw("usage", usage.text());
  return out.text();
}

std::string event_json(const agents::StoredEvent& event) {
  JsonObject out;
  out.add("sequence", event.sequence);
  out.add("time_ms", event.time_ms);
  out.add("kind", event.kind);
  out.add_raw("body", event.body);
  out.add_raw("label", event.label.empty() ? "null" : event.label);
  return out.text();
}

std::string event_json(const agents::RunEvent& event) {
  return event_json(agents::StoredEvent{
      event.sequence, event.time_ms, std::string(kind_of(event.body)),
      chat::json_text(to_json(event.body)), chat::json_text(agents::to_json(event.label))});
}

} // namespace outpost::api
