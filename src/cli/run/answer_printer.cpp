#include "cli/run/answer_printer.h"

#include <fmt/format.h>

#include "cli/json.h"

namespace outpost::cli {
namespace {

std::string usage_json(const chat::Usage& usage) {
  JsonObject object;
  object.add("prompt_tokens", usage.prompt_tokens);
  object.add("cached_tokens", usage.cached_tokens);
  object.add("completion_tokens", usage.completion_tokens);
  object.add("forced_tokens", usage.forced_tokens);
  return object.text();
}

std::string timings_json(const chat::Timings& timings) {
  JsonObject object;
  object.add("queue_ms", timings.queue_ms);
  object.add("prefill_ms", timings.prefill_ms);
  object.add("decode_ms", timings.decode_ms);
  return object.text();
}

} // namespace

std::string answer_json(const chat::Answer& answer) {
  JsonObject object;
  object.add("text", answer.text);
  if (!answer.tool_calls.empty()) {
    std::string calls;
    for (const chat::ToolCall& call : answer.tool_calls) {
      JsonObject entry;
      entry.add("id", call.id);
      entry.add("name", call.name);
      entry.add_raw("arguments", call.arguments);
      calls += (calls.empty() ? "" : ", ") + entry.text();
    }
    object.add_raw("tool_calls", "[" + calls + "]");
  }
  object.add("finish_reason", chat::to_string(answer.finished.reason));
  object.add_raw("usage", usage_json(answer.finished.usage));
  object.add_raw("timings", timings_json(answer.finished.timings));
  object.add("seed", answer.finished.seed);
  return object.text();
}

std::string cost_line(const chat::Finished& finished) {
  const chat::Usage& usage = finished.usage;
  const chat::Timings& timings = finished.timings;
  const double seconds = (timings.prefill_ms + timings.decode_ms) / 1e3;
  const double rate =
      timings.decode_ms > 0 ? usage.completion_tokens / (timings.decode_ms / 1e3) : 0;
  std::string line =
      fmt::format("{} tokens in {:.2f} s (prompt {}, {} of it cached; {:.0f} tokens/s)",
                  usage.completion_tokens, seconds, usage.prompt_tokens, usage.cached_tokens, rate);
  if (finished.reason == chat::FinishReason::kLength) line += "; cut at --max-tokens";
  if (finished.reason == chat::FinishReason::kCancelled) line += "; cancelled";
  return line;
}

} // namespace outpost::cli
