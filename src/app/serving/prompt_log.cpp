#include "app/serving/prompt_log.h"

#include <utility>

#include "chat/forwarding_model.h"

namespace outpost::app {
namespace {

std::string said_in(const chat::Prompt& prompt) {
  std::string out;
  for (const chat::Message& message : prompt.messages) {
    out += std::string(chat::to_string(message.role)) + ": " + message.text + "\n";
  }
  return out + prompt.text;
}

class LoggedModel final : public chat::ForwardingModel {
public:
  LoggedModel(std::unique_ptr<chat::ChatModel> model, EventLog& log)
      : model_(std::move(model)), log_(log) {}

  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override {
    if (!log_.tells_prompts()) return model_->chat(request, sink, cancel);
    std::string answer;
    const Status done = model_->chat(
        request,
        [&](const chat::Event& event) {
          if (const auto* delta = std::get_if<chat::TextDelta>(&event)) answer += delta->text;
          if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
            answer += call->call.name + "(" + call->call.arguments + ")";
          }
          sink(event);
        },
        cancel);
    log_.say(LogLevel::kInfo, "conversation",
             {{"key", request.principal.value},
              {"prompt", said_in(request.prompt)},
              {"answer", answer}});
    return done;
  }

private:
  [[nodiscard]] chat::ChatModel& behind() const override { return *model_; }

  std::unique_ptr<chat::ChatModel> model_;
  EventLog& log_;
};

} // namespace

std::unique_ptr<chat::ChatModel> with_prompt_log(std::unique_ptr<chat::ChatModel> model,
                                                 EventLog& log) {
  return std::make_unique<LoggedModel>(std::move(model), log);
}

} // namespace outpost::app
