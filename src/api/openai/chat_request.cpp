#include "api/openai/chat_request.h"

#include <fmt/format.h>

#include "api/openai/messages.h"
#include "api/openai/tools.h"
#include "api/sampling_fields.h"
#include "api/thinking_fields.h"

namespace outpost::api::openai {
namespace {

constexpr std::int64_t kTokensMax = 1 << 20;
constexpr std::int64_t kTopLogProbabilitiesMax = 20;
constexpr std::int64_t kPriorityMax = 1000;
constexpr double kTimeoutMax = 3600; // seconds

void read_stream(Fields& fields, ChatCompletionRequest& out) {
  out.streams = fields.flag("stream").value_or(false);
  const boost::json::object* options = fields.object("stream_options");
  if (options == nullptr) return;
  if (!out.streams) fields.mistake("stream_options", "needs stream to be true");
  Fields inner(*options, "stream_options", fields.mistakes());
  out.stream_usage = inner.flag("include_usage").value_or(false);
  inner.ignore({"include_obfuscation"});
}

void read_log_probabilities(Fields& fields, chat::ChatRequest& chat) {
  chat.log_probabilities = fields.flag("logprobs").value_or(false);
  if (const auto count = fields.integer("top_logprobs", 0, kTopLogProbabilitiesMax)) {
    if (!chat.log_probabilities) fields.mistake("top_logprobs", "needs logprobs to be true");
    chat.top_log_probabilities = static_cast<std::uint32_t>(*count);
  }
}

void read_modalities(Fields& fields) {
  const boost::json::array* modalities = fields.array("modalities");
  if (modalities == nullptr) return;
  for (const auto& entry : *modalities) {
    if (!entry.is_string() || entry.get_string() != "text") {
      return fields.mistake("modalities", "may only hold \"text\"");
    }
  }
}

// The value that means "as usual" is taken; others would change the answer.
void read_verbosity(Fields& fields) {
  const auto verbosity = fields.text("verbosity");
  if (verbosity && *verbosity != "medium") fields.mistake("verbosity", "may only be \"medium\"");
}

void refuse_unsupported(Fields& fields) {
  fields.refuse({"functions", "function_call"}, "was replaced by tools and tool_choice");
  fields.refuse({"audio", "web_search_options"}, "is not supported");
  if (fields.flag("store").value_or(false)) {
    fields.mistake("store", "must be false: answers are not kept");
  }
}

} // namespace

void read_common(Fields& fields, const ServiceSettings& settings, ChatCompletionRequest& out) {
  GenerationRequest& generation = out.generation;
  generation.model = fields.required_text("model");
  generation.chat.stop = read_stops(fields, "stop");
  read_sampling(fields, generation.chat.sampling);
  read_logit_bias(fields, generation.chat.sampling);
  generation.choices =
      static_cast<std::uint32_t>(fields.integer("n", 1, settings.choices_max).value_or(1));
  generation.chat.max_tokens = static_cast<std::uint32_t>(
      fields.integer("max_tokens", 1, kTokensMax).value_or(settings.default_max_tokens));
  generation.priority = static_cast<std::int32_t>(
      fields.integer("priority", -kPriorityMax, kPriorityMax).value_or(0));
  if (const auto timeout = fields.number("timeout", 0.001, kTimeoutMax)) {
    generation.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(*timeout * 1000));
  }
  read_stream(fields, out);
  fields.ignore({"user", "metadata", "service_tier", "safety_identifier", "prompt_cache_key",
                 "prompt_cache_retention", "cache_prompt"});
}

tl::expected<ChatCompletionRequest, Problem> read_chat_request(std::string_view body,
                                                               const ServiceSettings& settings) {
  return read_body<ChatCompletionRequest>(body, [&](Fields& fields, ChatCompletionRequest& out) {
    chat::ChatRequest& chat = out.generation.chat;
    read_common(fields, settings, out);
    chat.prompt.messages = read_messages(fields);
    read_tools_and_choice(fields, chat.prompt);
    read_response_format(fields, chat);
    read_log_probabilities(fields, chat);
    if (const auto tokens = fields.integer("max_completion_tokens", 1, kTokensMax)) {
      chat.max_tokens = static_cast<std::uint32_t>(*tokens);
    }
    out.single_call = !fields.flag("parallel_tool_calls").value_or(true);
    read_modalities(fields);
    chat.prompt.single_call = out.single_call;
    chat.call_pieces = out.streams;
    read_effort(fields, "reasoning_effort", chat);
    read_thinking_switch(fields, chat);
    read_verbosity(fields);
    refuse_unsupported(fields);
    fields.ignore({"prediction"}); // text that may speed an answer up, never change it
  });
}

} // namespace outpost::api::openai
