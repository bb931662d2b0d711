#include "agents/run/run_escalation.h"

#include <algorithm>
#include <utility>

#include "agents/call/words.h"
#include "agents/run/record_text.h"
#include "agents/tools/answer_template.h"

namespace outpost::agents {
namespace {

Escalated escalated_in(const boost::json::object& body) {
  Escalated event;
  event.part = text_in(body, "part");
  event.kept = text_in(body, "kept");
  event.error = text_in(body, "error");
  event.place = text_in(body, "place");
  event.tool = text_in(body, "tool");
  event.arguments = object_in(body, "arguments");
  event.text = text_in(body, "text");
  event.prompt_tokens = static_cast<std::uint32_t>(integer_in(body, "prompt_tokens"));
  event.completion_tokens = static_cast<std::uint32_t>(integer_in(body, "completion_tokens"));
  event.time = std::chrono::milliseconds(integer_in(body, "milliseconds"));
  event.cost = {integer_in(body, "cost_billionths")};
  return event;
}

Escalated escalated_as(const EscalatedAnswer& answer) {
  Escalated event;
  event.place = answer.usage.endpoint;
  if (answer.call) {
    event.tool = answer.call->tool;
    event.arguments = answer.call->arguments;
  }
  event.text = answer.text;
  event.prompt_tokens = answer.usage.prompt_tokens;
  event.completion_tokens = answer.usage.completion_tokens;
  event.time = answer.usage.time;
  event.cost = answer.usage.cost;
  return event;
}

} // namespace

// None where there is nothing to be told: no larger model, or a step that is sure enough.
std::optional<Escalated> RunEscalation::ask_now(const HardStep& step, const CancelToken& cancel,
                                                chat::Label& label) {
  if (escalation_ == nullptr) return std::nullopt;
  Escalated event;
  if (const auto kept = escalation_->keeps_local(step)) {
    if (*kept == KeptLocal::kSure || *kept == KeptLocal::kOff) return std::nullopt;
    event.kept = to_string(*kept);
  } else if (const auto answer = escalation_->ask(step, cancel)) {
    event = escalated_as(*answer);
    label = chat::join(label, answer->label);
  } else {
    event.error = answer.error().message;
  }
  event.part = step.request.text;
  return event;
}

Result<std::optional<EscalatedAnswer>> RunEscalation::ask(HardStep step,
                                                          const CancelToken& cancel) {
  std::optional<Escalated> event;
  chat::Label label = step.request.label;
  if (const StoredEvent* recorded = journal_.next("escalated")) {
    OUTPOST_TRY(const boost::json::object body, body_of(*recorded));
    event = escalated_in(body);
    label = label_of(*recorded);
  } else if (journal_.is_new()) { // else the record says that it stayed here, or ends
    step.money_most = budget_.money_left();
    event = ask_now(step, cancel, label);
  }
  if (!event) return std::optional<EscalatedAnswer>();
  budget_.add_money(event->cost);
  OUTPOST_CHECK(journal_.write(*event, label));
  if (!event->kept.empty() || !event->error.empty()) return std::optional<EscalatedAnswer>();
  EscalatedAnswer answer;
  if (!event->tool.empty()) answer.call = {event->tool, event->arguments};
  answer.text = event->text;
  answer.label = label;
  return std::optional(std::move(answer));
}

bool stands_in(const std::string& request, const boost::json::object& arguments) {
  const std::string said = lower_case(with_plain_signs(request));
  return std::all_of(arguments.begin(), arguments.end(), [&](const auto& argument) {
    const std::string value = lower_case(plain_text(argument.value()));
    return !value.empty() && said.find(value) != std::string::npos;
  });
}

std::string question_about(const Tool& tool, const boost::json::object& arguments) {
  std::string text = "Do you mean: " + readable_name(tool.name);
  for (const auto& argument : arguments) {
    text += (argument.key() == arguments.begin()->key() ? " (" : ", ") +
            std::string(argument.key()) + " " + plain_text(argument.value());
  }
  return text + (arguments.empty() ? "" : ")") + "? Yes or no.";
}

} // namespace outpost::agents
