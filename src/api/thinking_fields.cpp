#include "api/thinking_fields.h"

#include <algorithm>
#include <iterator>

namespace outpost::api {
namespace {

void read_flag(Fields& fields, chat::Prompt& prompt) {
  if (const auto thinks = fields.flag("enable_thinking")) {
    prompt.thinking = *thinks ? chat::Thinking::kOn : chat::Thinking::kOff;
  }
}

} // namespace

void read_effort(Fields& fields, std::string_view key, chat::Prompt& prompt) {
  constexpr std::string_view kEfforts[] = {"none", "minimal", "low", "medium", "high", "xhigh"};
  const auto effort = fields.text(key);
  if (!effort) return;
  const auto* found = std::ranges::find(kEfforts, *effort);
  if (found == std::end(kEfforts)) {
    return fields.mistake(key, "must be none, minimal, low, medium, high or xhigh");
  }
  prompt.thinking = found - kEfforts < 2 ? chat::Thinking::kOff : chat::Thinking::kOn;
}

void read_thinking_switch(Fields& fields, chat::Prompt& prompt) {
  read_flag(fields, prompt);
  const boost::json::object* object = fields.object("chat_template_kwargs");
  if (object == nullptr) return;
  Fields settings(*object, "chat_template_kwargs", fields.mistakes());
  read_flag(settings, prompt);
}

} // namespace outpost::api
