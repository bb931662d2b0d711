#include "api/generation.h"

#include <mutex>
#include <utility>
#include <vector>

#include "platform/thread_group.h"

namespace outpost::api {
namespace {

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// What people feel of answers, and what they cost.
class Meter {
public:
  Meter(Service& service, const std::string& model, const chat::PrincipalId& principal,
        std::chrono::nanoseconds arrived)
      : service_(service), clock_(service.clock), principal_(principal.value), arrived_(arrived),
        labels_{{"model", model}}, registry_(service.metrics),
        gaps_(registry_.histogram("outpost_inter_token_seconds",
                                  "Time between two pieces of an answer.", labels_)) {}

  void started() {
    registry_.histogram("outpost_queue_seconds", "Time from arrival to admission.", labels_)
        .observe(seconds(clock_.monotonic() - arrived_));
  }
  void piece(std::chrono::nanoseconds& last) {
    const auto now = clock_.monotonic();
    if (last.count() == 0) {
      registry_
          .histogram("outpost_first_token_seconds", "Time from arrival to the first piece.",
                     labels_)
          .observe(seconds(now - arrived_));
    } else {
      gaps_.observe(seconds(now - last));
    }
    last = now;
  }
  void finished(const chat::Usage& usage) {
    const auto count = [&](const char* name, const char* help, std::uint64_t tokens) {
      registry_.counter(name, help, labels_).add(tokens);
    };
    count("outpost_prompt_tokens_total", "Tokens of prompts.", usage.prompt_tokens);
    count("outpost_cached_tokens_total", "Tokens of prompts found in the cache.",
          usage.cached_tokens);
    count("outpost_completion_tokens_total", "Tokens of answers.", usage.completion_tokens);
    count("outpost_forced_tokens_total", "Tokens of answers that a grammar forced.",
          usage.forced_tokens);
    service_.gate.learn_length(usage.completion_tokens);
    service_.charge(principal_, std::uint64_t{usage.prompt_tokens} + usage.completion_tokens);
  }

private:
  const Service& service_;
  Clock& clock_;
  std::string principal_;
  std::chrono::nanoseconds arrived_;
  telemetry::Labels labels_;
  telemetry::Registry& registry_;
  telemetry::Histogram& gaps_;
};

class Generation final : public ModelWork {
public:
  Generation(Service& service, GenerationRequest request, ServedModel served,
             std::unique_ptr<AnswerWriter> writer, std::chrono::nanoseconds arrived)
      : request_(std::move(request)), served_(std::move(served)), writer_(std::move(writer)),
        meter_(service, served_.id, request_.chat.principal, arrived) {}

  void run(http::Exchange& exchange) override {
    meter_.started();
    writer_->begin(exchange);
    {
      platform::ThreadGroup others(request_.answer_count() - 1, [&](std::size_t i) {
        choose(exchange, static_cast<std::uint32_t>(i) + 1);
      });
      choose(exchange, 0);
    }
    const std::lock_guard lock(mutex_);
    if (problem_) {
      writer_->fail(exchange, *problem_);
    } else {
      writer_->finish(exchange);
    }
  }

  void fail(http::Exchange& exchange, const Problem& problem) override {
    writer_->fail(exchange, problem);
  }

private:
  // Makes one of the choices.
  void choose(http::Exchange& exchange, std::uint32_t choice) {
    chat::ChatRequest chat = request_.chat;
    if (!request_.texts.empty()) chat.prompt.text = request_.texts[choice / request_.choices];
    if (chat.sampling.seed) *chat.sampling.seed += choice % request_.choices;
    std::chrono::nanoseconds last{0};
    const auto sink = [&](const chat::Event& event) {
      const std::lock_guard lock(mutex_);
      if (const auto* finished = std::get_if<chat::Finished>(&event)) {
        meter_.finished(finished->usage);
        if (finished->reason == chat::FinishReason::kCancelled) {
          if (!problem_) problem_ = problem_of(exchange.cut_cause());
          return;
        }
      } else {
        meter_.piece(last);
      }
      if (!problem_) writer_->on_event(exchange, choice, event);
    };
    const Status done = served_.model->chat(chat, sink, exchange.cancel());
    if (done) return;
    const std::lock_guard lock(mutex_);
    if (!problem_) problem_ = problem_of(done.error());
  }

  GenerationRequest request_;
  ServedModel served_;
  std::mutex mutex_;
  std::unique_ptr<AnswerWriter> writer_; // called under mutex_ while choices are made
  std::optional<Problem> problem_;       // guarded by mutex_
  Meter meter_;
};

} // namespace

void start_generation(Service& service, std::unique_ptr<http::Exchange> exchange,
                      GenerationRequest request, const WriterFactory& make_writer) {
  const http::Request& asked = exchange->request();
  auto served = find_model(service, request.model);
  const AnswerFrame frame{asked.id, served ? served->id : request.model, service.clock.wall_ms(),
                          asked.arrived};
  auto writer = make_writer(frame, served ? *served : ServedModel{});
  if (!served) return writer->fail(*exchange, served.error());
  request.chat.principal.value = asked.principal;
  const std::uint32_t each = service.gate.likely_tokens(asked.body.size(), request.chat.max_tokens);
  const WorkRequest work{request.answer_count(), each * request.answer_count(), request.priority,
                         request.timeout};
  auto generation = std::make_unique<Generation>(service, std::move(request), *std::move(served),
                                                 std::move(writer), asked.arrived);
  start_work(service, std::move(exchange), work, std::move(generation));
}

} // namespace outpost::api
