#include "agents/spec/budgets_section.h"

#include "agents/spec/money_field.h"
#include "agents/spec/section.h"

namespace outpost::agents {

Status read_budgets(const yaml::YamlNode& node, std::string_view origin, Budgets& into) {
  std::uint32_t seconds = 0;
  yaml::YamlFields fields(node, origin, "budgets");
  fields.optional("steps", count_into(into.steps, 1000, origin))
      .optional("tool_calls", count_into(into.tool_calls, 1000, origin))
      .optional("tokens", count_into(into.tokens, 100'000'000, origin))
      .optional("money", money_into(into.money, origin))
      .optional("seconds", count_into(seconds, 86'400, origin));
  if (seconds != 0) into.time = std::chrono::seconds(seconds);
  return fields.finish();
}

} // namespace outpost::agents
