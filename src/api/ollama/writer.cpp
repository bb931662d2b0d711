#include "api/ollama/writer.h"

#include "api/collecting_writer.h"
#include "api/wall_time.h"
#include "base/json_text.h"
#include "http/event_stream.h"

namespace outpost::api::ollama {
namespace {

std::string call_json(const chat::ToolCall& call) {
  JsonObject function;
  function.add("name", call.name);
  function.add_raw("arguments", call.arguments);
  JsonObject out;
  out.add_raw("function", function.text());
  return out.text();
}

// What a line says beside its text.
struct LineParts {
  bool is_chat = false;
  AnswerFrame frame;
  Clock* clock = nullptr;
};

// "message" or "response", in an object that says whose it is.
JsonObject line(const LineParts& parts, std::string_view text,
                const std::vector<chat::ToolCall>& calls, std::string_view thought = {}) {
  JsonObject out;
  out.add("model", parts.frame.model);
  out.add("created_at", utc_time(parts.clock->wall_ms()));
  if (!parts.is_chat) {
    out.add("response", text);
    if (!thought.empty()) out.add("thinking", thought);
    return out;
  }
  JsonObject message;
  message.add("role", "assistant");
  message.add("content", text);
  if (!thought.empty()) message.add("thinking", thought);
  if (!calls.empty()) {
    JsonArray array;
    for (const chat::ToolCall& call : calls) array.add_raw(call_json(call));
    message.add_raw("tool_calls", array.text());
  }
  out.add_raw("message", message.text());
  return out;
}

std::int64_t nanoseconds(double milliseconds) {
  return static_cast<std::int64_t>(milliseconds * 1e6);
}

// The figures at the end; durations in nanoseconds.
void add_figures(JsonObject& out, const LineParts& parts, const chat::Finished& finished) {
  out.add("done", true);
  out.add("done_reason", finished.reason == chat::FinishReason::kLength ? "length" : "stop");
  out.add("total_duration", (parts.clock->monotonic() - parts.frame.arrived).count());
  out.add("load_duration", 0);
  out.add("prompt_eval_count", finished.usage.prompt_tokens);
  out.add("prompt_eval_duration", nanoseconds(finished.timings.prefill_ms));
  out.add("eval_count", finished.usage.completion_tokens);
  out.add("eval_duration", nanoseconds(finished.timings.decode_ms));
}

class WholeAnswer final : public CollectingWriter {
public:
  explicit WholeAnswer(LineParts parts) : CollectingWriter(1, false), parts_(std::move(parts)) {}

  void finish(http::Exchange& exchange) override {
    const chat::Answer& answer = answers().front();
    JsonObject out = line(parts_, answer.text, answer.tool_calls, answer.reasoning);
    add_figures(out, parts_, answer.finished);
    exchange.respond(http::json_response(200, out.text()));
  }
  void fail(http::Exchange& exchange, const Problem& problem) override {
    exchange.respond(error_response(problem));
  }

private:
  LineParts parts_;
};

class LineStream final : public AnswerWriter {
public:
  explicit LineStream(LineParts parts) : parts_(std::move(parts)) {}

  void begin(http::Exchange& exchange) override { exchange.announce(http::json_lines_head(), ""); }

  void on_event(http::Exchange& exchange, std::uint32_t, const chat::Event& event) override {
    if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
      write(exchange, line(parts_, delta->text, {}, delta->reasoning), false);
    } else if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
      write(exchange, line(parts_, "", {call->call}), false);
    } else {
      JsonObject out = line(parts_, "", {});
      add_figures(out, parts_, std::get<chat::Finished>(event));
      write(exchange, std::move(out), true);
    }
  }

  void finish(http::Exchange& exchange) override { exchange.end(); }

  void fail(http::Exchange& exchange, const Problem& problem) override {
    if (exchange.respond(error_response(problem))) return;
    exchange.write(http::json_line(error_body(problem.message)));
    exchange.end();
  }

private:
  static void write(http::Exchange& exchange, JsonObject out, bool is_done) {
    if (!is_done) out.add("done", false);
    exchange.write(http::json_line(out.text()));
  }

  LineParts parts_;
};

} // namespace

std::string error_body(std::string_view message) {
  JsonObject out;
  out.add("error", message);
  return out.text();
}

http::Response error_response(const Problem& problem) {
  http::Response response = http::json_response(problem.status, error_body(problem.message));
  if (problem.retry_after) {
    response.headers.add("Retry-After", std::to_string(problem.retry_after->count()));
  }
  return response;
}

std::string loaded_json(const OllamaRequest& request, const std::string& model,
                        std::int64_t wall_ms) {
  JsonObject out;
  out.add("model", model);
  out.add("created_at", utc_time(wall_ms));
  if (request.is_chat) {
    out.add_raw("message", R"({"role": "assistant", "content": ""})");
  } else {
    out.add("response", "");
  }
  out.add("done", true);
  const bool leaves = request.keep_alive == std::chrono::milliseconds{0};
  out.add("done_reason", leaves ? "unload" : "load");
  return out.text();
}

std::unique_ptr<AnswerWriter> make_writer(const OllamaRequest& request, const AnswerFrame& frame,
                                          Clock& clock) {
  LineParts parts{request.is_chat, frame, &clock};
  if (request.streams) return std::make_unique<LineStream>(std::move(parts));
  return std::make_unique<WholeAnswer>(std::move(parts));
}

} // namespace outpost::api::ollama
