#include "api/openai/usage.h"

namespace outpost::api::openai {
namespace {

// JSON has no minus infinity; this is what the API writes for "never".
constexpr double kNever = -9999.0;

double log_probability(const chat::TokenLogProbability& token) {
  return token.log_probability ? static_cast<double>(*token.log_probability) : 0.0;
}

double finite(double value) { return value > kNever ? value : kNever; }

std::string bytes_json(std::string_view text) {
  JsonArray out;
  for (const char c : text) out.add_raw(std::to_string(static_cast<unsigned char>(c)));
  return out.text();
}

std::string spelled(chat::ChatModel& model, text::TokenId token) {
  return model.detokenize({&token, 1}).value_or("");
}

JsonObject token_object(std::string_view text, double value) {
  JsonObject out;
  out.add("token", text);
  out.add("logprob", finite(value));
  out.add_raw("bytes", bytes_json(text));
  return out;
}

} // namespace

void add_usage(chat::Usage& total, const chat::Usage& choice, bool has_own_prompt) {
  if (has_own_prompt) {
    total.prompt_tokens += choice.prompt_tokens;
    total.cached_tokens += choice.cached_tokens;
  }
  total.completion_tokens += choice.completion_tokens;
  total.forced_tokens += choice.forced_tokens;
  total.reasoning_tokens += choice.reasoning_tokens;
}

std::string usage_json(const chat::Usage& usage) {
  JsonObject cached;
  cached.add("cached_tokens", usage.cached_tokens);
  JsonObject out;
  out.add("prompt_tokens", usage.prompt_tokens);
  out.add("completion_tokens", usage.completion_tokens);
  out.add("total_tokens", usage.prompt_tokens + usage.completion_tokens);
  out.add_raw("prompt_tokens_details", cached.text());
  JsonObject thought;
  thought.add("reasoning_tokens", usage.reasoning_tokens);
  out.add_raw("completion_tokens_details", thought.text());
  return out.text();
}

std::string_view finish_reason(chat::FinishReason reason) {
  switch (reason) {
  case chat::FinishReason::kLength: return "length";
  case chat::FinishReason::kToolCalls: return "tool_calls";
  case chat::FinishReason::kStop:
  case chat::FinishReason::kCancelled: break; // a cancelled answer is never finished
  }
  return "stop";
}

// A token that a grammar forced was certain: its logarithm is 0.
std::string chat_logprobs_json(const std::vector<chat::TokenLogProbability>& tokens,
                               chat::ChatModel& model) {
  JsonArray content;
  for (const chat::TokenLogProbability& token : tokens) {
    JsonArray top;
    for (const auto& [id, value] : token.top) {
      top.add_raw(token_object(spelled(model, id), static_cast<double>(value)).text());
    }
    JsonObject entry = token_object(token.text, log_probability(token));
    entry.add_raw("top_logprobs", top.text());
    content.add_raw(entry.text());
  }
  JsonObject out;
  out.add_raw("content", content.text());
  out.add_raw("refusal", "null");
  return out.text();
}

std::string text_logprobs_json(const std::vector<chat::TokenLogProbability>& tokens,
                               chat::ChatModel& model, std::size_t offset) {
  JsonArray texts, values, tops, offsets;
  for (const chat::TokenLogProbability& token : tokens) {
    texts.add(token.text);
    values.add_raw(json_number(finite(log_probability(token))));
    JsonObject top;
    for (const auto& [id, value] : token.top) {
      top.add(spelled(model, id), finite(static_cast<double>(value)));
    }
    tops.add_raw(top.text());
    offsets.add_raw(std::to_string(offset));
    offset += token.text.size();
  }
  JsonObject out;
  out.add_raw("tokens", texts.text());
  out.add_raw("token_logprobs", values.text());
  out.add_raw("top_logprobs", tops.text());
  out.add_raw("text_offset", offsets.text());
  return out.text();
}

JsonObject answer_object(std::string_view id_prefix, std::string_view kind,
                         const AnswerFrame& frame) {
  JsonObject out;
  out.add("id", std::string(id_prefix) + frame.id);
  out.add("object", kind);
  out.add("created", frame.created_ms / 1000);
  out.add("model", frame.model);
  return out;
}

} // namespace outpost::api::openai
