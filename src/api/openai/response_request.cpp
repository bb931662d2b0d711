#include "api/openai/response_request.h"

#include <algorithm>
#include <iterator>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "api/fields.h"
#include "api/openai/input_items.h"
#include "api/openai/tools.h"
#include "api/sampling_fields.h"
#include "api/thinking_fields.h"
#include "api/tool_fields.h"
#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::api::openai {
namespace {

constexpr std::int64_t kOutputTokensMax = 1 << 20;

// Here a tool's name stands beside its type, not below "function".
chat::ToolDefinition read_tool(Fields& tool) {
  if (tool.required_text("type") != "function") {
    tool.mistake("type", "must be \"function\"; no other tools are known here");
  }
  return read_tool_definition(tool, "parameters");
}

void read_tool_choice(Fields& fields, ResponseRequest& out) {
  const boost::json::value* value = fields.any("tool_choice");
  if (value == nullptr) return;
  out.tool_choice = chat::json_text(*value);
  chat::Prompt& prompt = out.generation.chat.prompt;
  if (const boost::json::object* object = value->if_object()) {
    Fields choice(*object, "tool_choice", fields.mistakes());
    if (choice.required_text("type") != "function") choice.mistake("type", "must be \"function\"");
    if (!require_tool(prompt, choice.required_text("name"))) {
      choice.mistake("name", "is not in tools");
    }
    return;
  }
  const std::string_view word = value->is_string() ? value->get_string() : std::string_view();
  if (word == "none") {
    prompt.tool_choice = chat::ToolChoice::kNone;
  } else if (word == "required" && !prompt.tools.empty()) {
    prompt.tool_choice = chat::ToolChoice::kRequired;
  } else if (word != "auto") {
    fields.mistake("tool_choice", "must be auto, none, required (with tools) or one function");
  }
}

// {"format": {"type": "json_schema", "name", "schema", "strict"}, "verbosity"}
void read_text(Fields& fields, ResponseRequest& out) {
  const boost::json::object* object = fields.object("text");
  if (object == nullptr) return;
  Fields text(*object, "text", fields.mistakes());
  if (text.text("verbosity").value_or("medium") != "medium") {
    text.mistake("verbosity", "may only be \"medium\"");
  }
  const boost::json::object* inner = text.object("format");
  if (inner == nullptr) return;
  Fields format(*inner, "text.format", fields.mistakes());
  const std::string type = format.required_text("type");
  chat::ChatRequest& chat = out.generation.chat;
  if (type == "json_object") {
    chat.constraint = json_object_grammar();
  } else if (type == "json_schema") {
    format.ignore({"name", "description", "strict"});
    read_schema(format, chat);
  } else if (type != "text") {
    format.mistake("type", "must be text, json_object or json_schema");
  }
  out.text = chat::json_text(*object);
}

void read_reasoning(Fields& fields, ResponseRequest& out) {
  const boost::json::object* object = fields.object("reasoning");
  if (object == nullptr) return;
  Fields reasoning(*object, "reasoning", fields.mistakes());
  read_effort(reasoning, "effort", out.generation.chat);
  const auto effort = reasoning.text("effort"), summary = reasoning.text("summary");
  reasoning.ignore({"generate_summary"});
  JsonObject told;
  told.add_raw("effort", effort ? json_string(*effort) : "null");
  told.add_raw("summary", summary ? json_string(*summary) : "null");
  out.reasoning = told.text();
}

void read_conversation(Fields& fields, ResponseStore& store, std::string_view principal,
                       ResponseRequest& out) {
  std::vector<chat::Message>& messages = out.generation.chat.prompt.messages;
  if (!out.instructions.empty()) messages.push_back(chat::system_message(out.instructions));
  out.previous_id = fields.text("previous_response_id");
  if (out.previous_id) {
    auto before = store.find(*out.previous_id, principal);
    if (!before) {
      fields.mistake("previous_response_id",
                     fmt::format("'{}' is not stored here", *out.previous_id));
    } else {
      std::ranges::move(before->conversation, std::back_inserter(messages));
    }
  }
  read_input(fields, messages);
}

void read_background(Fields& fields, ResponseRequest& out) {
  out.is_background = fields.flag("background").value_or(false);
  if (!out.is_background) return;
  if (!out.stores) fields.mistake("background", "needs store to be true: it is asked for by id");
  if (out.streams) fields.mistake("background", "cannot be combined with stream");
}

// The items that are listed by GET /v1/responses/{id}/input_items; a text is a user's message.
std::string input_items_json(const boost::json::value* input) {
  if (input == nullptr) return "[]";
  if (input->is_array()) return chat::json_text(*input);
  JsonObject part;
  part.add("type", "input_text");
  part.add("text", input->is_string() ? std::string_view(input->get_string()) : "");
  JsonObject item;
  item.add("type", "message");
  item.add("role", "user");
  item.add_raw("content", "[" + part.text() + "]");
  return "[" + item.text() + "]";
}

void read_rest(Fields& fields) {
  if (fields.text("truncation").value_or("disabled") != "disabled") {
    fields.mistake("truncation", "must be \"disabled\": a conversation is never cut");
  }
  // Of what else can be included nothing is ever there: thoughts are told unencrypted, and there
  // are no tools but the client's own.
  const boost::json::array* include = fields.array("include");
  for (std::size_t i = 0; include != nullptr && i < include->size(); ++i) {
    const boost::json::value& entry = (*include)[i];
    if (!entry.is_string()) {
      fields.mistake("include", "must hold strings");
    } else if (entry.get_string() == "message.output_text.logprobs") {
      fields.mistake("include", "may not hold message.output_text.logprobs");
    }
  }
  fields.refuse({"conversation", "prompt", "max_tool_calls", "top_logprobs", "context_management"},
                "is not supported");
  fields.ignore({"user", "service_tier", "safety_identifier", "prompt_cache_key",
                 "prompt_cache_retention", "stream_options"});
}

} // namespace

tl::expected<ResponseRequest, Problem> read_response_request(std::string_view body,
                                                             const ServiceSettings& settings,
                                                             ResponseStore& store,
                                                             std::string_view principal) {
  return read_body<ResponseRequest>(body, [&](Fields& fields, ResponseRequest& out) {
    chat::ChatRequest& chat = out.generation.chat;
    out.generation.model = fields.required_text("model");
    out.instructions = fields.text("instructions").value_or("");
    read_conversation(fields, store, principal, out);
    out.input = input_items_json(fields.any("input"));
    out.streams = fields.flag("stream").value_or(false);
    out.generation.chat.call_pieces = out.streams;
    out.stores = fields.flag("store").value_or(true);
    read_background(fields, out);
    out.single_call = !fields.flag("parallel_tool_calls").value_or(true);
    read_sampling(fields, chat.sampling);
    if (const auto count = fields.integer("max_output_tokens", 1, kOutputTokensMax)) {
      out.max_output_tokens = static_cast<std::uint32_t>(*count);
    }
    chat.max_tokens = out.max_output_tokens.value_or(settings.default_max_tokens);
    if (const auto* tools = fields.array("tools")) out.tools = chat::json_text(*tools);
    read_tools(fields, chat.prompt, read_tool);
    read_tool_choice(fields, out);
    read_text(fields, out);
    read_reasoning(fields, out);
    chat.prompt.single_call = out.single_call;
    chat.prompt.generates_calls = fields.flag("generate_tool_calls").value_or(false);
    if (const boost::json::object* metadata = fields.object("metadata")) {
      out.metadata = chat::json_text(*metadata);
    }
    read_rest(fields);
  });
}

} // namespace outpost::api::openai
