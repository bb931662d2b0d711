#include "api/openai/chat_writer.h"

#include <utility>
#include <vector>

#include "api/call_sequence.h"
#include "api/collecting_writer.h"
#include "api/openai/chunk_stream.h"
#include "api/openai/errors.h"
#include "api/openai/messages.h"
#include "api/openai/usage.h"
#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

struct WriterParts {
  AnswerFrame frame;
  std::shared_ptr<chat::ChatModel> model; // spells tokens
  std::uint32_t choices;
  bool log_probabilities;
  bool single_call;
  bool stream_usage;
};

// The answer in one piece: the stream, collected.
class WholeChat final : public CollectingWriter {
public:
  explicit WholeChat(WriterParts parts)
      : CollectingWriter(parts.choices, parts.single_call), parts_(std::move(parts)) {}

  void finish(http::Exchange& exchange) override {
    chat::Usage usage;
    JsonArray choices;
    for (std::size_t i = 0; i < answers().size(); ++i) {
      add_usage(usage, answers()[i].finished.usage, i == 0);
      choices.add_raw(choice_json(i, answers()[i]));
    }
    JsonObject out = answer_object("chatcmpl-", "chat.completion", parts_.frame);
    out.add_raw("choices", choices.text());
    out.add_raw("usage", usage_json(usage));
    exchange.respond(http::json_response(200, out.text()));
  }

  void fail(http::Exchange& exchange, const Problem& problem) override {
    exchange.respond(error_response(problem));
  }

private:
  [[nodiscard]] std::string choice_json(std::size_t index, const chat::Answer& answer) const {
    JsonObject message;
    message.add("role", "assistant");
    if (answer.text.empty() && !answer.tool_calls.empty()) {
      message.add_raw("content", "null");
    } else {
      message.add("content", answer.text);
    }
    if (!answer.reasoning.empty()) message.add("reasoning_content", answer.reasoning);
    if (!answer.tool_calls.empty()) message.add_raw("tool_calls", calls_json(answer.tool_calls));
    message.add_raw("refusal", "null");
    JsonObject out;
    out.add("index", index);
    out.add_raw("message", message.text());
    out.add_raw("logprobs", parts_.log_probabilities
                                ? chat_logprobs_json(answer.log_probabilities, *parts_.model)
                                : "null");
    out.add("finish_reason", finish_reason(answer.finished.reason));
    return out.text();
  }

  WriterParts parts_;
};

class ChatStream final : public ChunkStream {
public:
  explicit ChatStream(WriterParts parts)
      : ChunkStream("chatcmpl-", "chat.completion.chunk", parts.frame, parts.stream_usage),
        parts_(std::move(parts)),
        begun_(parts_.choices, Begun{false, CallSequence(parts_.single_call)}) {}

  void on_event(http::Exchange& exchange, std::uint32_t choice, const chat::Event& event) override {
    if (!begun_[choice].has_role) {
      begun_[choice].has_role = true;
      write_delta(exchange, choice, R"({"role": "assistant", "content": ""})", {});
    }
    if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
      JsonObject content;
      if (!delta->reasoning.empty()) content.add("reasoning_content", delta->reasoning);
      if (delta->reasoning.empty() || !delta->text.empty()) content.add("content", delta->text);
      const bool tells = parts_.log_probabilities && !delta->log_probabilities.empty();
      write_delta(exchange, choice, content.text(), {},
                  tells ? chat_logprobs_json(delta->log_probabilities, *parts_.model) : "null");
    } else if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
      write_steps(exchange, choice, begun_[choice].calls.take(*call));
    } else if (const auto* piece = std::get_if<chat::ToolCallPiece>(&event)) {
      write_steps(exchange, choice, begun_[choice].calls.take(*piece));
    } else {
      const auto& finished = std::get<chat::Finished>(event);
      count(finished.usage, choice == 0);
      write_delta(exchange, choice, "{}", finish_reason(finished.reason));
    }
  }

private:
  struct Begun {
    bool has_role = false;
    CallSequence calls;
  };

  void write_steps(http::Exchange& exchange, std::uint32_t choice,
                   const std::vector<CallStep>& steps) const {
    for (const CallStep& step : steps) {
      if (step.kind != CallStep::Kind::kBegin && step.kind != CallStep::Kind::kAdd) continue;
      const std::string call = step.kind == CallStep::Kind::kBegin
                                   ? call_delta_json(step.index, step.call)
                                   : call_piece_json(step.index, step.added);
      write_delta(exchange, choice, "{\"tool_calls\": [" + call + "]}", {});
    }
  }

  void write_delta(http::Exchange& exchange, std::uint32_t choice, std::string_view delta,
                   std::string_view reason, std::string_view log_probabilities = "null") const {
    JsonObject out;
    out.add("index", choice);
    out.add_raw("delta", delta);
    out.add_raw("logprobs", log_probabilities);
    out.add_raw("finish_reason", reason.empty() ? "null" : json_string(reason));
    write_choice(exchange, out.text());
  }

  WriterParts parts_;
  std::vector<Begun> begun_; // [choices]
};

} // namespace

std::unique_ptr<AnswerWriter> make_chat_writer(const ChatCompletionRequest& request,
                                               const AnswerFrame& frame,
                                               std::shared_ptr<chat::ChatModel> model) {
  WriterParts parts{frame,
                    std::move(model),
                    request.generation.choices,
                    request.generation.chat.log_probabilities,
                    request.single_call,
                    request.stream_usage};
  if (request.streams) return std::make_unique<ChatStream>(std::move(parts));
  return std::make_unique<WholeChat>(std::move(parts));
}

} // namespace outpost::api::openai
