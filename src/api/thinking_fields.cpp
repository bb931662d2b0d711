#include "api/thinking_fields.h"

#include <algorithm>
#include <iterator>

namespace outpost::api {
namespace {

constexpr std::int64_t kBudgetMax = 1 << 20;

void read_switch(Fields& fields, chat::ChatRequest& chat) {
  if (const auto thinks = fields.flag("enable_thinking")) {
    chat.prompt.thinking = *thinks ? chat::Thinking::kOn : chat::Thinking::kOff;
  }
  if (const auto budget = fields.integer("thinking_budget", 0, kBudgetMax)) {
    chat.thought_tokens_max = static_cast<std::uint32_t>(*budget);
  }
}

} // namespace

void bound_by_effort(std::string_view effort, chat::ChatRequest& chat) {
  constexpr std::string_view kBound[] = {"low", "medium", "high"};
  const auto* found = std::ranges::find(kBound, effort);
  if (found == std::end(kBound)) return;
  const auto quarters = static_cast<std::uint32_t>(found - kBound) + 1;
  chat.thought_tokens_max = std::max(1u, chat.max_tokens / 4 * quarters);
}

void read_effort(Fields& fields, std::string_view key, chat::ChatRequest& chat) {
  constexpr std::string_view kEfforts[] = {"none", "minimal", "low", "medium", "high", "xhigh"};
  const auto effort = fields.text(key);
  if (!effort) return;
  const auto* found = std::ranges::find(kEfforts, *effort);
  if (found == std::end(kEfforts)) {
    return fields.mistake(key, "must be none, minimal, low, medium, high or xhigh");
  }
  chat.prompt.thinking = found - kEfforts < 2 ? chat::Thinking::kOff : chat::Thinking::kOn;
  bound_by_effort(*effort, chat);
}

void read_thinking_switch(Fields& fields, chat::ChatRequest& chat) {
  read_switch(fields, chat);
  const boost::json::object* object = fields.object("chat_template_kwargs");
  if (object == nullptr) return;
  Fields settings(*object, "chat_template_kwargs", fields.mistakes());
  read_switch(settings, chat);
}

} // namespace outpost::api
