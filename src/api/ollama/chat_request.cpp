#include "api/ollama/chat_request.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "api/fields.h"
#include "api/ollama/keep_alive.h"
#include "api/sampling_fields.h"
#include "api/thinking_fields.h"
#include "api/tool_fields.h"
#include "chat/json_value.h"

namespace outpost::api::ollama {
namespace {

constexpr std::int64_t kTokensMax = 1 << 20;

// Settings of Ollama's runner that cannot change an answer here: memory is planned at start, a
// prompt that does not fit is an error whatever num_ctx says.
void ignore_runner_options(Fields& options) {
  options.ignore({"num_keep", "num_ctx", "num_batch", "num_gpu", "main_gpu", "low_vram", "f16_kv",
                  "vocab_only", "use_mmap", "use_mlock", "embedding_only", "num_thread", "numa",
                  "logits_all", "penalize_newline"});
}

void read_options(Fields& fields, GenerationRequest& generation) {
  const boost::json::object* object = fields.object("options");
  if (object == nullptr) return;
  Fields options(*object, "options", fields.mistakes());
  chat::ChatRequest& chat = generation.chat;
  read_sampling(options, chat.sampling);
  chat.stop = read_stops(options, "stop");
  if (const auto window = options.integer("repeat_last_n", -1, 4096)) {
    chat.sampling.penalty_window = *window < 0 ? 4096u : static_cast<std::uint32_t>(*window);
  }
  // Negative is Ollama's "no limit": the answer then gets what this server gives by default.
  const auto count = options.integer("num_predict", -2, kTokensMax);
  if (count && *count > 0) chat.max_tokens = static_cast<std::uint32_t>(*count);
  if (options.number("typical_p", 0, 1).value_or(1) != 1) options.mistake("typical_p", "must be 1");
  if (options.number("tfs_z", 0, 1).value_or(1) != 1) options.mistake("tfs_z", "must be 1");
  if (options.integer("mirostat", 0, 2).value_or(0) != 0) options.mistake("mirostat", "must be 0");
  options.ignore({"mirostat_tau", "mirostat_eta"});
  ignore_runner_options(options);
}

// "json" or a JSON Schema.
void read_format(Fields& fields, chat::ChatRequest& chat) {
  const boost::json::value* format = fields.any("format");
  if (format == nullptr || (format->is_string() && format->get_string().empty())) return;
  if (format->is_string() && format->get_string() == "json") {
    chat.constraint.emplace().text = R"({"type": "object"})";
  } else if (format->is_object()) {
    chat.constraint.emplace().text = chat::json_text(*format);
  } else {
    fields.mistake("format", "must be \"json\" or a JSON Schema");
  }
}

void refuse_images(Fields& fields) {
  const boost::json::array* images = fields.array("images");
  if (images != nullptr && !images->empty()) {
    fields.mistake("images", "cannot be read: this server reads text only");
  }
}

// true, false or a level.
void read_think(Fields& fields, chat::ChatRequest& chat) {
  const boost::json::value* think = fields.any("think");
  if (think == nullptr) return;
  const bool is_level =
      think->is_string() && (think->get_string() == "low" || think->get_string() == "medium" ||
                             think->get_string() == "high");
  if (!think->is_bool() && !is_level) {
    return fields.mistake("think", "must be true, false, low, medium or high");
  }
  const bool thinks = is_level || think->get_bool();
  chat.prompt.thinking = thinks ? chat::Thinking::kOn : chat::Thinking::kOff;
  if (is_level) bound_by_effort(std::string_view(think->get_string()), chat);
}

void read_common(Fields& fields, const ServiceSettings& settings, OllamaRequest& out) {
  out.generation.model = model_name(fields.required_text("model"));
  out.generation.chat.max_tokens = settings.default_max_tokens;
  out.streams = fields.flag("stream").value_or(true);
  read_options(fields, out.generation);
  read_format(fields, out.generation.chat);
  read_think(fields, out.generation.chat);
  out.keep_alive = read_keep_alive(fields);
  fields.refuse({"logprobs", "top_logprobs"}, "is not supported here; /v1/chat/completions has it");
}

std::vector<chat::ToolCall> read_calls(Fields& message, std::size_t& call_count) {
  std::vector<chat::ToolCall> calls;
  const boost::json::array* array = message.array("tool_calls");
  if (array == nullptr) return calls;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) {
      message.mistake("tool_calls", "must hold objects");
      break;
    }
    Fields call(*object, message.path_of(fmt::format("tool_calls[{}]", i)), message.mistakes());
    call.ignore({"id", "type"});
    const boost::json::object* function = call.object("function");
    if (function == nullptr) {
      call.mistake("function", "is missing");
      continue;
    }
    Fields inner(*function, call.path_of("function"), call.mistakes());
    inner.ignore({"index"});
    const boost::json::object* arguments = inner.object("arguments");
    calls.push_back({fmt::format("call{:05}", call_count++), inner.required_text("name"),
                     arguments != nullptr ? chat::json_text(*arguments) : "{}"});
  }
  return calls;
}

// Results carry no id: they answer the calls in order, or by the tool's name.
std::string answered_call(const std::vector<chat::Message>& before, const std::string& tool_name) {
  std::size_t results = 0;
  for (auto message = before.rbegin(); message != before.rend(); ++message) {
    if (message->role == chat::Role::kTool) ++results;
    if (message->tool_calls.empty()) continue;
    for (const chat::ToolCall& call : message->tool_calls) {
      if (call.name == tool_name) return call.id;
    }
    return results < message->tool_calls.size() ? message->tool_calls[results].id : "";
  }
  return {};
}

chat::Message read_message(Fields& fields, const std::vector<chat::Message>& before,
                           std::size_t& call_count) {
  const std::string name = fields.required_text("role");
  const auto role = chat::parse_role(name);
  if (!role) fields.mistake("role", "must be system, user, assistant or tool");
  std::string content = fields.text("content").value_or("");
  refuse_images(fields);
  chat::Message message = chat::user_message(std::move(content));
  message.reasoning = fields.text("thinking").value_or("");
  message.role = role.value_or(chat::Role::kUser);
  message.tool_calls = read_calls(fields, call_count);
  if (message.role == chat::Role::kSystem) message = chat::system_message(message.text);
  if (message.role == chat::Role::kAssistant) message.label = chat::model_label();
  const auto tool_name = fields.text("tool_name");
  const std::string given_id = fields.text("tool_call_id").value_or("");
  if (message.role == chat::Role::kTool) {
    message.tool_name = tool_name.value_or("");
    message.tool_call_id = given_id.empty() ? answered_call(before, message.tool_name) : given_id;
    message.label = chat::tool_label(message.tool_name);
  }
  return message;
}

void read_messages(Fields& fields, chat::Prompt& prompt) {
  const boost::json::array* array = fields.array("messages");
  if (array == nullptr) return;
  std::size_t call_count = 0;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) return fields.mistake("messages", "must hold objects");
    Fields message(*object, fmt::format("messages[{}]", i), fields.mistakes());
    prompt.messages.push_back(read_message(message, prompt.messages, call_count));
  }
}

void read_generate_prompt(Fields& fields, chat::Prompt& prompt, OllamaRequest& out) {
  const std::string text = fields.text("prompt").value_or("");
  const std::string system = fields.text("system").value_or("");
  const bool is_raw = fields.flag("raw").value_or(false);
  refuse_images(fields);
  fields.refuse({"template"}, "is not supported");
  prompt.suffix = fields.text("suffix").value_or("");
  const boost::json::array* context = fields.array("context");
  if (context != nullptr && !context->empty()) {
    fields.mistake("context", "is not kept; send the conversation to /api/chat");
  }
  out.is_load = text.empty();
  if (is_raw || !prompt.suffix.empty()) {
    prompt.text = text;
    return;
  }
  if (!system.empty()) prompt.messages.push_back(chat::system_message(system));
  prompt.messages.push_back(chat::user_message(text));
}

} // namespace

std::string model_name(std::string_view name) {
  constexpr std::string_view kLatest = ":latest";
  if (name.ends_with(kLatest)) name.remove_suffix(kLatest.size());
  return std::string(name);
}

tl::expected<OllamaRequest, Problem> read_chat_request(std::string_view body,
                                                       const ServiceSettings& settings) {
  return read_body<OllamaRequest>(body, [&](Fields& fields, OllamaRequest& out) {
    out.is_chat = true;
    read_common(fields, settings, out);
    read_messages(fields, out.generation.chat.prompt);
    read_function_tools(fields, out.generation.chat.prompt);
    out.is_load = out.generation.chat.prompt.messages.empty();
  });
}

tl::expected<OllamaRequest, Problem> read_generate_request(std::string_view body,
                                                           const ServiceSettings& settings) {
  return read_body<OllamaRequest>(body, [&](Fields& fields, OllamaRequest& out) {
    read_common(fields, settings, out);
    read_generate_prompt(fields, out.generation.chat.prompt, out);
  });
}

} // namespace outpost::api::ollama
