#include "remote/chat_body.h"

#include <boost/json.hpp>

#include "chat/json_value.h"

namespace outpost::remote {
namespace {

namespace json = boost::json;

constexpr std::size_t kStopsMax = 4; // the API's own

tl::unexpected<Error> not_sent(const Endpoint& endpoint, const std::string& what) {
  return fail(ErrorCode::kUnsupported,
              "the endpoint '" + endpoint.name + "' cannot be asked for " + what);
}

Status check_sendable(const chat::ChatRequest& request, const Endpoint& endpoint) {
  const chat::Prompt& prompt = request.prompt;
  if (prompt.messages.empty()) return not_sent(endpoint, "a prompt without messages");
  if (!prompt.text.empty()) return not_sent(endpoint, "the rest of an answer that is begun");
  if (!request.sampling.logit_bias.empty()) return not_sent(endpoint, "biased tokens");
  if (request.log_probabilities || request.top_log_probabilities != 0) {
    return not_sent(endpoint, "log-probabilities of tokens");
  }
  if (request.stop.size() > kStopsMax) return not_sent(endpoint, "more than four stop strings");
  if (request.constraint && request.constraint->kind != grammar::GrammarSpec::Kind::kJsonSchema) {
    return not_sent(endpoint, "a grammar; it knows JSON Schema only");
  }
  return {};
}

json::object message_json(const chat::Message& message) {
  json::object object{{"role", chat::to_string(message.role)}, {"content", message.text}};
  if (message.role == chat::Role::kTool) object["tool_call_id"] = message.tool_call_id;
  if (message.tool_calls.empty()) return object;
  json::array calls;
  for (const chat::ToolCall& call : message.tool_calls) {
    calls.push_back({{"id", call.id},
                     {"type", "function"},
                     {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
  }
  object["tool_calls"] = std::move(calls);
  return object;
}

Result<json::array> tools_json(const std::vector<chat::ToolDefinition>& tools) {
  json::array array;
  for (const chat::ToolDefinition& tool : tools) {
    json::object function{{"name", tool.name}, {"description", tool.description}};
    if (!tool.parameters.empty()) {
      auto schema = chat::parse_json(tool.parameters);
      if (!schema) {
        return fail(ErrorCode::kInvalidArgument,
                    "the parameters of '" + tool.name + "' are no JSON: " + schema.error().message);
      }
      function["parameters"] = *std::move(schema);
    }
    array.push_back({{"type", "function"}, {"function", std::move(function)}});
  }
  return array;
}

Status add_tools(const chat::Prompt& prompt, json::object& body) {
  if (prompt.tools.empty()) return {};
  OUTPOST_TRY(body["tools"], tools_json(prompt.tools));
  if (prompt.tool_choice == chat::ToolChoice::kNone) body["tool_choice"] = "none";
  if (prompt.tool_choice == chat::ToolChoice::kRequired) body["tool_choice"] = "required";
  return {};
}

Status add_constraint(const chat::ChatRequest& request, json::object& body) {
  if (!request.constraint) return {};
  auto schema = chat::parse_json(request.constraint->text);
  if (!schema) {
    return fail(ErrorCode::kInvalidArgument,
                "the schema of the answer is no JSON: " + schema.error().message);
  }
  body["response_format"] = {
      {"type", "json_schema"},
      {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", *std::move(schema)}}}};
  return {};
}

void add_sampling(const chat::Sampling& sampling, const Endpoint& endpoint, json::object& body) {
  body["temperature"] = sampling.temperature;
  body["top_p"] = sampling.top_p;
  if (sampling.frequency_penalty != 0) body["frequency_penalty"] = sampling.frequency_penalty;
  if (sampling.presence_penalty != 0) body["presence_penalty"] = sampling.presence_penalty;
  if (sampling.seed) body["seed"] = *sampling.seed;
  if (!endpoint.samples_widely) return;
  body["top_k"] = sampling.top_k;
  body["min_p"] = sampling.min_p;
  body["repetition_penalty"] = sampling.repetition_penalty;
}

} // namespace

Result<std::string> chat_body(const chat::ChatRequest& request, const Endpoint& endpoint) {
  OUTPOST_CHECK(check_sendable(request, endpoint));
  json::object body{{"model", endpoint.model}};
  json::array messages;
  for (const chat::Message& message : request.prompt.messages) {
    messages.push_back(message_json(message));
  }
  body["messages"] = std::move(messages);
  OUTPOST_CHECK(add_tools(request.prompt, body));
  OUTPOST_CHECK(add_constraint(request, body));
  add_sampling(request.sampling, endpoint, body);
  body["max_tokens"] = request.max_tokens;
  if (!request.stop.empty()) body["stop"] = json::array(request.stop.begin(), request.stop.end());
  body["stream"] = true;
  body["stream_options"] = {{"include_usage", true}};
  return chat::json_text(body);
}

} // namespace outpost::remote
