#include "api/anthropic/request.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "api/anthropic/messages.h"
#include "api/sampling_fields.h"
#include "api/tool_fields.h"
#include "chat/json_value.h"

namespace outpost::api::anthropic {
namespace {

constexpr std::int64_t kTokensMax = 1 << 20;

chat::ToolDefinition read_tool(Fields& tool) {
  const auto type = tool.text("type");
  if (type && *type != "custom") {
    tool.mistake("type", fmt::format("is '{}': only tools of your own are known here", *type));
  }
  tool.ignore({"cache_control", "eager_input_streaming", "input_examples"});
  return read_tool_definition(tool, "input_schema");
}

void read_tool_choice(Fields& fields, MessagesRequest& out) {
  const boost::json::object* object = fields.object("tool_choice");
  if (object == nullptr) return;
  Fields choice(*object, "tool_choice", fields.mistakes());
  chat::Prompt& prompt = out.generation.chat.prompt;
  const std::string type = choice.required_text("type");
  const std::string name = choice.text("name").value_or("");
  out.single_call = choice.flag("disable_parallel_tool_use").value_or(false);
  if (type == "none") {
    prompt.tool_choice = chat::ToolChoice::kNone;
  } else if (type == "any" && !prompt.tools.empty()) {
    prompt.tool_choice = chat::ToolChoice::kRequired;
  } else if (type == "any") {
    choice.mistake("type", "is \"any\", but tools has none");
  } else if (type == "tool") {
    if (!require_tool(prompt, name)) choice.mistake("name", "is not in tools");
  } else if (type != "auto") {
    choice.mistake("type", "must be auto, any, tool or none");
  }
}

void read_thinking(Fields& fields, chat::ChatRequest& chat) {
  const boost::json::object* object = fields.object("thinking");
  if (object == nullptr) return;
  Fields thinking(*object, "thinking", fields.mistakes());
  const std::string type = thinking.required_text("type");
  if (type == "enabled") {
    chat.prompt.thinking = chat::Thinking::kOn;
  } else if (type == "disabled") {
    chat.prompt.thinking = chat::Thinking::kOff;
  } else if (type != "adaptive") { // which leaves it to the model
    thinking.mistake("type", "must be enabled, disabled or adaptive");
  }
  if (const auto budget = thinking.integer("budget_tokens", 1, kTokensMax)) {
    chat.thought_tokens_max = static_cast<std::uint32_t>(*budget);
  }
  thinking.ignore({"display"});
}

// {"format": {"type": "json_schema", "schema": {...}}}
void read_output(Fields& fields, chat::ChatRequest& chat) {
  const boost::json::object* object = fields.object("output_config");
  if (object == nullptr) return;
  Fields config(*object, "output_config", fields.mistakes());
  config.ignore({"effort"}); // of models that have one
  const boost::json::object* inner = config.object("format");
  if (inner == nullptr) return;
  Fields format(*inner, "output_config.format", fields.mistakes());
  if (format.required_text("type") != "json_schema") format.mistake("type", "must be json_schema");
  const boost::json::object* schema = format.object("schema");
  if (schema == nullptr) return format.mistake("schema", "is missing");
  chat.constraint.emplace().text = chat::json_text(*schema);
}

void read_prompt(Fields& fields, MessagesRequest& out) {
  chat::ChatRequest& chat = out.generation.chat;
  out.generation.model = fields.required_text("model");
  read_messages(fields, chat.prompt);
  read_tools(fields, chat.prompt, read_tool);
  read_tool_choice(fields, out);
  chat.prompt.single_call = out.single_call;
  chat.prompt.generates_calls = fields.flag("generate_tool_calls").value_or(false);
  read_thinking(fields, chat);
  read_output(fields, chat);
  fields.ignore({"metadata", "service_tier", "inference_geo", "cache_control", "betas"});
  fields.refuse({"container", "mcp_servers", "context_management"}, "is not supported");
}

void read_answer_fields(Fields& fields, MessagesRequest& out) {
  chat::ChatRequest& chat = out.generation.chat;
  if (fields.any("max_tokens") == nullptr) fields.mistake("max_tokens", "is missing");
  chat.max_tokens =
      static_cast<std::uint32_t>(fields.integer("max_tokens", 1, kTokensMax).value_or(1));
  chat.stop = read_stops(fields, "stop_sequences");
  read_sampling(fields, chat.sampling);
  out.streams = fields.flag("stream").value_or(false);
  out.generation.chat.call_pieces = out.streams;
}

} // namespace

tl::expected<MessagesRequest, Problem> read_messages_request(std::string_view body) {
  return read_body<MessagesRequest>(body, [&](Fields& fields, MessagesRequest& out) {
    read_prompt(fields, out);
    read_answer_fields(fields, out);
  });
}

tl::expected<MessagesRequest, Problem> read_count_request(std::string_view body) {
  return read_body<MessagesRequest>(
      body, [&](Fields& fields, MessagesRequest& out) { read_prompt(fields, out); });
}

} // namespace outpost::api::anthropic
