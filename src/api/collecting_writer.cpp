#include "api/collecting_writer.h"

namespace outpost::api {

void CollectingWriter::on_event(http::Exchange&, std::uint32_t choice, const chat::Event& event) {
  chat::Answer& answer = answers_[choice];
  if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
    answer.text += delta->text;
    answer.reasoning += delta->reasoning;
    answer.log_probabilities.insert(answer.log_probabilities.end(),
                                    delta->log_probabilities.begin(),
                                    delta->log_probabilities.end());
  } else if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
    if (!single_call_ || answer.tool_calls.empty()) answer.tool_calls.push_back(call->call);
  } else {
    answer.finished = std::get<chat::Finished>(event);
  }
}

} // namespace outpost::api
