#include "api/openai/response_writer.h"

#include <utility>

#include "api/call_sequence.h"
#include "api/collecting_writer.h"
#include "api/openai/errors.h"
#include "base/json_text.h"
#include "http/event_stream.h"

namespace outpost::api::openai {
namespace {

void keep(const ResponseFrame& frame, const http::Exchange& exchange, const chat::Answer& answer,
          ResponseStore& store) {
  if (frame.request.stores) {
    store.put(stored_response(frame, exchange.request().principal, answer));
  }
}

class WholeResponse final : public CollectingWriter {
public:
  WholeResponse(ResponseFrame frame, ResponseStore& store)
      : CollectingWriter(1, frame.request.single_call), frame_(std::move(frame)), store_(store) {}

  void finish(http::Exchange& exchange) override {
    const chat::Answer& answer = answers().front();
    keep(frame_, exchange, answer, store_); // before the client can ask for it
    exchange.respond(http::json_response(
        200, response_json(frame_, response_status(answer.finished),
                           output_json(frame_.answer, answer), &answer.finished)));
  }
  void fail(http::Exchange& exchange, const Problem& problem) override {
    exchange.respond(error_response(problem));
  }

private:
  ResponseFrame frame_;
  ResponseStore& store_;
};

class BackgroundResponse final : public CollectingWriter {
public:
  BackgroundResponse(ResponseFrame frame, std::string principal,
                     std::shared_ptr<http::Outlet> making, ResponseStore& store)
      : CollectingWriter(1, frame.request.single_call), frame_(std::move(frame)),
        principal_(std::move(principal)), making_(std::move(making)), store_(store) {
    put("queued");
  }

  void begin(http::Exchange&) override { put("in_progress"); }
  void finish(http::Exchange&) override {
    if (!is_wanted()) return;
    store_.put(stored_response(frame_, principal_, answers().front()));
  }
  void fail(http::Exchange&, const Problem& problem) override {
    put(making_->cause() == http::CutCause::kClientGone ? "cancelled" : "failed", &problem);
  }

private:
  // It may have been deleted meanwhile.
  [[nodiscard]] bool is_wanted() const {
    return !is_kept_ || store_.find(response_id(frame_.answer), principal_).has_value();
  }
  void put(std::string_view status, const Problem* problem = nullptr) {
    if (!is_wanted()) return;
    is_kept_ = true;
    StoredResponse out;
    out.id = response_id(frame_.answer);
    out.principal = principal_;
    out.input_items = frame_.request.input;
    out.json = response_json(frame_, status, "[]", nullptr, status == "failed" ? problem : nullptr);
    if (problem == nullptr) out.making = making_;
    store_.put(std::move(out));
  }

  ResponseFrame frame_;
  std::string principal_;
  std::shared_ptr<http::Outlet> making_;
  ResponseStore& store_;
  bool is_kept_ = false;
};

class ResponseStream final : public AnswerWriter {
public:
  ResponseStream(ResponseFrame frame, ResponseStore& store)
      : frame_(std::move(frame)), store_(store), calls_(frame_.request.single_call) {}

  void begin(http::Exchange& exchange) override {
    exchange.announce(http::event_stream_head(), std::string(http::kEventComment));
  }

  void on_event(http::Exchange& exchange, std::uint32_t, const chat::Event& event) override {
    start(exchange);
    if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
      if (!delta->reasoning.empty()) write_thought(exchange, delta->reasoning);
      write_text(exchange, calls_.take_text(delta->text));
    } else if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
      write_steps(exchange, calls_.take(*call));
    } else if (const auto* piece = std::get_if<chat::ToolCallPiece>(&event)) {
      write_steps(exchange, calls_.take(*piece));
    } else {
      answer_.finished = std::get<chat::Finished>(event);
    }
  }

  void finish(http::Exchange& exchange) override {
    write_steps(exchange, calls_.finish());
    close_thought(exchange);
    if (answer_.text.empty() && answer_.tool_calls.empty()) open_text(exchange);
    close_text(exchange);
    keep(frame_, exchange, answer_, store_);
    const std::string_view status = response_status(answer_.finished);
    write_response(exchange, status == "incomplete" ? "response.incomplete" : "response.completed",
                   status, output_json(frame_.answer, answer_), &answer_.finished);
    exchange.end();
  }

  void fail(http::Exchange& exchange, const Problem& problem) override {
    if (exchange.respond(error_response(problem))) return;
    JsonObject out;
    out.add("code", problem.code);
    out.add("message", problem.message);
    out.add_raw("param", "null");
    write(exchange, "error", std::move(out));
    exchange.end();
  }

private:
  void write(http::Exchange& exchange, std::string_view type, JsonObject out) {
    out.add("type", type);
    out.add("sequence_number", sequence_++);
    exchange.write(http::named_event(type, out.text()));
  }

  void write_response(http::Exchange& exchange, std::string_view type, std::string_view status,
                      std::string_view output, const chat::Finished* finished) {
    JsonObject out;
    out.add_raw("response", response_json(frame_, status, output, finished));
    write(exchange, type, std::move(out));
  }

  void start(http::Exchange& exchange) {
    if (std::exchange(has_started_, true)) return;
    write_response(exchange, "response.created", "in_progress", "[]", nullptr);
    write_response(exchange, "response.in_progress", "in_progress", "[]", nullptr);
  }

  // An event about the item at hand.
  [[nodiscard]] JsonObject of_item(std::string_view item_id) const {
    JsonObject out;
    if (!item_id.empty()) out.add("item_id", item_id);
    out.add("output_index", item_index_);
    return out;
  }
  void write_item(http::Exchange& exchange, std::string_view type, std::string_view item) {
    JsonObject out = of_item("");
    out.add_raw("item", item);
    write(exchange, type, std::move(out));
  }
  [[nodiscard]] JsonObject of_text() const {
    JsonObject out = of_item("msg_" + frame_.answer.id);
    out.add("content_index", 0);
    return out;
  }
  void write_part(http::Exchange& exchange, std::string_view type, std::string_view text) {
    JsonObject out = of_text();
    out.add_raw("part", text_part(text));
    write(exchange, type, std::move(out));
  }

  [[nodiscard]] JsonObject of_thought() const {
    JsonObject out = of_item("rs_" + frame_.answer.id);
    out.add("content_index", 0);
    return out;
  }

  void write_thought(http::Exchange& exchange, const std::string& thought) {
    if (!std::exchange(is_in_thought_, true)) {
      write_item(exchange, "response.output_item.added",
                 reasoning_item(frame_.answer, "", "in_progress"));
    }
    answer_.reasoning += thought;
    JsonObject out = of_thought();
    out.add("delta", thought);
    write(exchange, "response.reasoning_text.delta", std::move(out));
  }

  void close_thought(http::Exchange& exchange) {
    if (!std::exchange(is_in_thought_, false)) return;
    JsonObject out = of_thought();
    out.add("text", answer_.reasoning);
    write(exchange, "response.reasoning_text.done", std::move(out));
    write_item(exchange, "response.output_item.done",
               reasoning_item(frame_.answer, answer_.reasoning, "completed"));
    ++item_index_;
  }

  void open_text(http::Exchange& exchange) {
    close_thought(exchange);
    if (std::exchange(is_in_text_, true)) return;
    write_item(exchange, "response.output_item.added",
               message_item(frame_.answer, "", "in_progress"));
    write_part(exchange, "response.content_part.added", "");
  }

  void write_text(http::Exchange& exchange, const std::string& text) {
    if (text.empty()) return;
    open_text(exchange);
    answer_.text += text;
    JsonObject out = of_text();
    out.add("delta", text);
    out.add_raw("logprobs", "[]");
    write(exchange, "response.output_text.delta", std::move(out));
  }

  void close_text(http::Exchange& exchange) {
    if (!std::exchange(is_in_text_, false)) return;
    JsonObject out = of_text();
    out.add("text", answer_.text);
    out.add_raw("logprobs", "[]");
    write(exchange, "response.output_text.done", std::move(out));
    write_part(exchange, "response.content_part.done", answer_.text);
    write_item(exchange, "response.output_item.done",
               message_item(frame_.answer, answer_.text, response_status(answer_.finished)));
    ++item_index_;
  }

  void write_steps(http::Exchange& exchange, const std::vector<CallStep>& steps) {
    for (const CallStep& step : steps) {
      if (step.kind == CallStep::Kind::kBegin) begin_call(exchange, step.call);
      if (!step.added.empty()) {
        JsonObject delta = of_item("fc_" + step.call.id);
        delta.add("delta", step.added);
        write(exchange, "response.function_call_arguments.delta", std::move(delta));
      }
      if (step.kind == CallStep::Kind::kEnd || step.kind == CallStep::Kind::kCut) {
        end_call(exchange, step.call,
                 step.kind == CallStep::Kind::kEnd ? "completed" : "incomplete");
        write_text(exchange, step.text);
      }
    }
  }

  void begin_call(http::Exchange& exchange, const chat::ToolCall& call) {
    close_thought(exchange);
    close_text(exchange);
    write_item(exchange, "response.output_item.added", call_item(call, "", "in_progress"));
  }

  void end_call(http::Exchange& exchange, const chat::ToolCall& call, std::string_view status) {
    JsonObject done = of_item("fc_" + call.id);
    done.add("name", call.name);
    done.add("arguments", call.arguments);
    write(exchange, "response.function_call_arguments.done", std::move(done));
    write_item(exchange, "response.output_item.done", call_item(call, call.arguments, status));
    answer_.tool_calls.push_back(call);
    ++item_index_;
  }

  ResponseFrame frame_;
  ResponseStore& store_;
  chat::Answer answer_;
  std::size_t sequence_ = 0;
  std::size_t item_index_ = 0;
  bool has_started_ = false;
  bool is_in_thought_ = false;
  bool is_in_text_ = false;
  CallSequence calls_;
};

} // namespace

std::unique_ptr<AnswerWriter> make_response_writer(ResponseRequest request,
                                                   const AnswerFrame& frame, ResponseStore& store) {
  const bool streams = request.streams;
  ResponseFrame parts{frame, std::move(request)};
  if (streams) return std::make_unique<ResponseStream>(std::move(parts), store);
  return std::make_unique<WholeResponse>(std::move(parts), store);
}

std::unique_ptr<AnswerWriter> make_background_writer(ResponseRequest request,
                                                     const AnswerFrame& frame,
                                                     const std::string& principal,
                                                     std::shared_ptr<http::Outlet> making,
                                                     ResponseStore& store) {
  return std::make_unique<BackgroundResponse>(ResponseFrame{frame, std::move(request)}, principal,
                                              std::move(making), store);
}

} // namespace outpost::api::openai
