#include "api/anthropic/writer.h"

#include <utility>

#include "api/call_sequence.h"
#include "api/collecting_writer.h"
#include "base/json_text.h"
#include "http/event_stream.h"

namespace outpost::api::anthropic {
namespace {

std::string_view stop_reason(const chat::Finished& finished) {
  switch (finished.reason) {
  case chat::FinishReason::kLength: return "max_tokens";
  case chat::FinishReason::kToolCalls: return "tool_use";
  case chat::FinishReason::kStop:
  case chat::FinishReason::kCancelled: break; // a cancelled answer is never finished
  }
  return finished.stop_text.empty() ? "end_turn" : "stop_sequence";
}

// Both fields that say why a message ended; `finished` is none while it is made.
void add_stop(JsonObject& out, const chat::Finished* finished) {
  const bool by_text = finished != nullptr && stop_reason(*finished) == "stop_sequence";
  out.add_raw("stop_reason", finished == nullptr ? "null" : json_string(stop_reason(*finished)));
  out.add_raw("stop_sequence", by_text ? json_string(finished->stop_text) : "null");
}

// There, cached tokens are not counted among the input.
std::string usage_json(const chat::Usage& usage) {
  JsonObject out;
  out.add("input_tokens", usage.prompt_tokens - usage.cached_tokens);
  out.add("cache_creation_input_tokens", 0);
  out.add("cache_read_input_tokens", usage.cached_tokens);
  out.add("output_tokens", usage.completion_tokens);
  return out.text();
}

JsonObject message_object(const AnswerFrame& frame, std::string_view content,
                          const chat::Finished* finished, const chat::Usage& usage) {
  JsonObject out;
  out.add("id", "msg_" + frame.id);
  out.add("type", "message");
  out.add("role", "assistant");
  out.add("model", frame.model);
  out.add_raw("content", content);
  add_stop(out, finished);
  out.add_raw("usage", usage_json(usage));
  return out;
}

std::string text_block(std::string_view text) {
  JsonObject out;
  out.add("type", "text");
  out.add("text", text);
  return out.text();
}

// The signature is for servers that hide thoughts; this one shows them.
std::string thought_block(std::string_view thought) {
  JsonObject out;
  out.add("type", "thinking");
  out.add("thinking", thought);
  out.add("signature", "");
  return out.text();
}

std::string call_block(const chat::ToolCall& call, std::string_view input) {
  JsonObject out;
  out.add("type", "tool_use");
  out.add("id", call.id);
  out.add("name", call.name);
  out.add_raw("input", input);
  return out.text();
}

class WholeMessage final : public CollectingWriter {
public:
  WholeMessage(const MessagesRequest& request, const AnswerFrame& frame)
      : CollectingWriter(1, request.single_call), frame_(frame) {}

  void finish(http::Exchange& exchange) override {
    const chat::Answer& answer = answers().front();
    JsonArray content;
    if (!answer.reasoning.empty()) content.add_raw(thought_block(answer.reasoning));
    if (!answer.text.empty()) content.add_raw(text_block(answer.text));
    for (const chat::ToolCall& call : answer.tool_calls) {
      content.add_raw(call_block(call, call.arguments));
    }
    exchange.respond(http::json_response(
        200,
        message_object(frame_, content.text(), &answer.finished, answer.finished.usage).text()));
  }
  void fail(http::Exchange& exchange, const Problem& problem) override {
    exchange.respond(error_response(problem));
  }

private:
  AnswerFrame frame_;
};

class MessageStream final : public AnswerWriter {
public:
  MessageStream(const MessagesRequest& request, const AnswerFrame& frame, const ServedModel& served)
      : frame_(frame), prompt_(request.generation.chat.prompt), model_(served.model),
        calls_(request.single_call) {}

  void begin(http::Exchange& exchange) override {
    exchange.announce(http::event_stream_head(), http::named_event("ping", R"({"type": "ping"})"));
  }

  void on_event(http::Exchange& exchange, std::uint32_t, const chat::Event& event) override {
    start(exchange);
    if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
      if (!delta->reasoning.empty()) {
        write_piece(exchange, Block::kThought, "thinking_delta", "thinking", delta->reasoning);
      }
      write_text(exchange, calls_.take_text(delta->text));
    } else if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
      write_steps(exchange, calls_.take(*call));
    } else if (const auto* piece = std::get_if<chat::ToolCallPiece>(&event)) {
      write_steps(exchange, calls_.take(*piece));
    } else {
      write_steps(exchange, calls_.finish());
      write_end(exchange, std::get<chat::Finished>(event));
    }
  }

  void finish(http::Exchange& exchange) override { exchange.end(); }

  void fail(http::Exchange& exchange, const Problem& problem) override {
    if (exchange.respond(error_response(problem))) return;
    exchange.write(http::named_event("error", error_body(problem.status, problem.message)));
    exchange.end();
  }

private:
  // The message's beginning tells how long the prompt is: counted when the first token is there,
  // so that an error of the prompt is still a plain answer.
  void start(http::Exchange& exchange) {
    if (has_started_) return;
    has_started_ = true;
    chat::Usage usage;
    usage.prompt_tokens = model_->count_tokens(prompt_).value_or(0);
    JsonObject out;
    out.add("type", "message_start");
    out.add_raw("message", message_object(frame_, "[]", nullptr, usage).text());
    exchange.write(http::named_event("message_start", out.text()));
  }

  void write_indexed(http::Exchange& exchange, std::string_view type, std::string_view key,
                     std::string_view value) const {
    JsonObject out;
    out.add("type", type);
    out.add("index", block_index_);
    if (!key.empty()) out.add_raw(key, value);
    exchange.write(http::named_event(type, out.text()));
  }

  enum class Block { kNone, kThought, kText };

  void write_piece(http::Exchange& exchange, Block block, std::string_view type,
                   std::string_view key, std::string_view piece) {
    if (open_ != block) {
      end_block(exchange);
      write_indexed(exchange, "content_block_start", "content_block",
                    block == Block::kText ? text_block("") : thought_block(""));
      open_ = block;
    }
    JsonObject delta;
    delta.add("type", type);
    delta.add(key, piece);
    write_indexed(exchange, "content_block_delta", "delta", delta.text());
  }

  void end_block(http::Exchange& exchange) {
    if (open_ == Block::kNone) return;
    write_indexed(exchange, "content_block_stop", "", "");
    open_ = Block::kNone;
    ++block_index_;
  }

  void write_text(http::Exchange& exchange, const std::string& text) {
    if (!text.empty()) write_piece(exchange, Block::kText, "text_delta", "text", text);
  }

  void write_steps(http::Exchange& exchange, const std::vector<CallStep>& steps) {
    for (const CallStep& step : steps) {
      if (step.kind == CallStep::Kind::kBegin) {
        end_block(exchange);
        write_indexed(exchange, "content_block_start", "content_block",
                      call_block(step.call, "{}"));
      }
      if (!step.added.empty()) {
        JsonObject delta;
        delta.add("type", "input_json_delta");
        delta.add("partial_json", step.added);
        write_indexed(exchange, "content_block_delta", "delta", delta.text());
      }
      if (step.kind == CallStep::Kind::kEnd || step.kind == CallStep::Kind::kCut) {
        write_indexed(exchange, "content_block_stop", "", "");
        ++block_index_;
        write_text(exchange, step.text);
      }
    }
  }

  void write_end(http::Exchange& exchange, const chat::Finished& finished) {
    end_block(exchange);
    JsonObject delta;
    add_stop(delta, &finished);
    JsonObject out;
    out.add("type", "message_delta");
    out.add_raw("delta", delta.text());
    out.add_raw("usage", usage_json(finished.usage));
    exchange.write(http::named_event("message_delta", out.text()));
    exchange.write(http::named_event("message_stop", R"({"type": "message_stop"})"));
  }

  AnswerFrame frame_;
  chat::Prompt prompt_;
  std::shared_ptr<chat::ChatModel> model_;
  bool has_started_ = false;
  Block open_ = Block::kNone;
  std::size_t block_index_ = 0;
  CallSequence calls_;
};

std::string_view error_type(int status) {
  switch (status) {
  case 401: return "authentication_error";
  case 403: return "permission_error";
  case 404: return "not_found_error";
  case 413: return "request_too_large";
  case 429: return "rate_limit_error";
  case 503: return "overloaded_error";
  case 504: return "timeout_error";
  default: return status < 500 ? "invalid_request_error" : "api_error";
  }
}

} // namespace

std::string error_body(int status, std::string_view message) {
  JsonObject inner;
  inner.add("type", error_type(status));
  inner.add("message", message);
  JsonObject out;
  out.add("type", "error");
  out.add_raw("error", inner.text());
  return out.text();
}

http::Response error_response(const Problem& problem) {
  http::Response response =
      http::json_response(problem.status, error_body(problem.status, problem.message));
  if (problem.retry_after) {
    response.headers.add("Retry-After", std::to_string(problem.retry_after->count()));
  }
  return response;
}

std::unique_ptr<AnswerWriter> make_writer(const MessagesRequest& request, const AnswerFrame& frame,
                                          const ServedModel& served) {
  if (request.streams) return std::make_unique<MessageStream>(request, frame, served);
  return std::make_unique<WholeMessage>(request, frame);
}

} // namespace outpost::api::anthropic
