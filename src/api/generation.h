// The one way from a request of any API to an answer: admission, the model, events to a writer. A
// handler parses into GenerationRequest, picks a writer and calls start_generation(); whether the
// client wants a stream or a whole answer is only a matter of the writer.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/model_work.h"
#include "api/service.h"
#include "chat/chat.h"
#include "http/exchange.h"

namespace outpost::api {

struct GenerationRequest {
  std::string model;
  chat::ChatRequest chat; // its principal is set by start_generation()
  // Several texts to go on from: each takes the place of chat.prompt.text in turn. None: that one.
  std::vector<std::string> texts;
  std::uint32_t choices = 1;                        // of each text
  std::int32_t priority = 0;                        // among the principal's own: lower first
  std::optional<std::chrono::milliseconds> timeout; // none: the server's

  // Answers in all: those of the first text, then those of the second, ...
  [[nodiscard]] std::uint32_t answer_count() const {
    return choices * static_cast<std::uint32_t>(std::max<std::size_t>(1, texts.size()));
  }
};

// Renders one answer in the shape of an API. All calls come one at a time, from several threads
// when there are several choices.
class AnswerWriter {
public:
  virtual ~AnswerWriter() = default;
  // The request has its place. A stream announces itself here.
  virtual void begin(http::Exchange&) {}
  virtual void on_event(http::Exchange& exchange, std::uint32_t choice,
                        const chat::Event& event) = 0;
  // Every choice has had its Finished.
  virtual void finish(http::Exchange& exchange) = 0;
  // Instead of finish(), once.
  virtual void fail(http::Exchange& exchange, const Problem& problem) = 0;
};

// What a writer knows of the answer's surroundings.
struct AnswerFrame {
  std::string id; // of the request
  std::string model;
  std::int64_t created_ms = 0;         // wall time
  std::chrono::nanoseconds arrived{0}; // monotonic
};

using WriterFactory =
    std::function<std::unique_ptr<AnswerWriter>(const AnswerFrame&, const ServedModel&)>;

// Answers the exchange, now (a refusal) or later, from a thread of the gate. `make_writer` is
// called once, before this returns; without a model when there is none of that name.
void start_generation(Service& service, std::unique_ptr<http::Exchange> exchange,
                      GenerationRequest request, const WriterFactory& make_writer);

} // namespace outpost::api
