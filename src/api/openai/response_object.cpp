#include "api/openai/response_object.h"

#include <cmath>

#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

std::string response_usage_json(const chat::Usage& usage) {
  JsonObject cached;
  cached.add("cached_tokens", usage.cached_tokens);
  JsonObject out;
  out.add("input_tokens", usage.prompt_tokens);
  out.add_raw("input_tokens_details", cached.text());
  out.add("output_tokens", usage.completion_tokens);
  JsonObject thought;
  thought.add("reasoning_tokens", usage.reasoning_tokens);
  out.add_raw("output_tokens_details", thought.text());
  out.add("total_tokens", usage.prompt_tokens + usage.completion_tokens);
  return out.text();
}

std::string text_or_null(const std::optional<std::string>& text) {
  return text ? json_string(*text) : "null";
}

std::string error_json(const Problem& problem) {
  JsonObject out;
  out.add("code", problem.code);
  out.add("message", problem.message);
  return out.text();
}

double rounded(float value) { return std::round(static_cast<double>(value) * 1e6) / 1e6; }

// What was asked for, told again.
void add_request(JsonObject& out, const ResponseRequest& request) {
  const chat::Sampling& sampling = request.generation.chat.sampling;
  out.add_raw("instructions",
              request.instructions.empty() ? "null" : json_string(request.instructions));
  out.add_raw("max_output_tokens",
              request.max_output_tokens ? std::to_string(*request.max_output_tokens) : "null");
  out.add_raw("metadata", request.metadata);
  out.add("parallel_tool_calls", !request.single_call);
  out.add_raw("previous_response_id", text_or_null(request.previous_id));
  out.add_raw("reasoning", request.reasoning);
  out.add("store", request.stores);
  out.add("temperature", rounded(sampling.temperature));
  out.add_raw("text", request.text);
  out.add_raw("tool_choice", request.tool_choice);
  out.add_raw("tools", request.tools);
  out.add("top_p", rounded(sampling.top_p));
  out.add("truncation", "disabled");
}

} // namespace

std::string response_id(const AnswerFrame& frame) { return "resp_" + frame.id; }

std::string_view response_status(const chat::Finished& finished) {
  return finished.reason == chat::FinishReason::kLength ? "incomplete" : "completed";
}

std::string response_json(const ResponseFrame& frame, std::string_view status,
                          std::string_view output, const chat::Finished* finished,
                          const Problem* error) {
  JsonObject out;
  out.add("id", response_id(frame.answer));
  out.add("object", "response");
  out.add("created_at", frame.answer.created_ms / 1000);
  out.add("status", status);
  out.add("background", frame.request.is_background);
  out.add_raw("error", error == nullptr ? "null" : error_json(*error));
  out.add_raw("incomplete_details",
              status == "incomplete" ? R"({"reason": "max_output_tokens"})" : "null");
  out.add("model", frame.answer.model);
  out.add_raw("output", output);
  add_request(out, frame.request);
  out.add_raw("usage", finished != nullptr ? response_usage_json(finished->usage) : "null");
  return out.text();
}

std::string text_part(std::string_view text) {
  JsonObject out;
  out.add("type", "output_text");
  out.add("text", text);
  out.add_raw("annotations", "[]");
  out.add_raw("logprobs", "[]");
  return out.text();
}

std::string message_item(const AnswerFrame& frame, std::string_view text, std::string_view status) {
  JsonObject out;
  out.add("id", "msg_" + frame.id);
  out.add("type", "message");
  out.add("status", status);
  out.add("role", "assistant");
  out.add_raw("content", status == "in_progress" ? "[]" : "[" + text_part(text) + "]");
  return out.text();
}

std::string call_item(const chat::ToolCall& call, std::string_view arguments,
                      std::string_view status) {
  JsonObject out;
  out.add("id", "fc_" + call.id);
  out.add("type", "function_call");
  out.add("status", status);
  out.add("call_id", call.id);
  out.add("name", call.name);
  out.add("arguments", arguments);
  return out.text();
}

std::string reasoning_item(const AnswerFrame& frame, std::string_view text,
                           std::string_view status) {
  JsonObject part;
  part.add("type", "reasoning_text");
  part.add("text", text);
  JsonObject out;
  out.add("id", "rs_" + frame.id);
  out.add("type", "reasoning");
  out.add("status", status);
  out.add_raw("summary", "[]");
  out.add_raw("content", status == "in_progress" ? "[]" : "[" + part.text() + "]");
  return out.text();
}

std::string output_json(const AnswerFrame& frame, const chat::Answer& answer) {
  JsonArray out;
  if (!answer.reasoning.empty()) {
    out.add_raw(reasoning_item(frame, answer.reasoning, "completed"));
  }
  const std::string_view status = response_status(answer.finished);
  if (!answer.text.empty() || answer.tool_calls.empty()) {
    out.add_raw(message_item(frame, answer.text, status));
  }
  for (const chat::ToolCall& call : answer.tool_calls) {
    out.add_raw(call_item(call, call.arguments, "completed"));
  }
  return out.text();
}

StoredResponse stored_response(const ResponseFrame& frame, const std::string& principal,
                               const chat::Answer& answer) {
  StoredResponse out;
  out.id = response_id(frame.answer);
  out.principal = principal;
  out.conversation = frame.request.generation.chat.prompt.messages;
  if (!frame.request.instructions.empty()) out.conversation.erase(out.conversation.begin());
  chat::Message message = chat::assistant_message(answer.text);
  message.tool_calls = answer.tool_calls;
  message.reasoning = answer.reasoning;
  out.conversation.push_back(std::move(message));
  out.input_items = frame.request.input;
  out.json = response_json(frame, response_status(answer.finished),
                           output_json(frame.answer, answer), &answer.finished);
  return out;
}

} // namespace outpost::api::openai
