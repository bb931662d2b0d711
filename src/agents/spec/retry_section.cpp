#include "agents/spec/retry_section.h"

#include "agents/spec/section.h"

namespace outpost::agents {

Status read_retry(const yaml::YamlNode& node, std::string_view origin, RetrySpec& into) {
  std::uint32_t milliseconds = 0;
  yaml::YamlFields fields(node, origin, "retry");
  fields.required("attempts", count_into(into.attempts, 10, origin))
      .optional("milliseconds", count_into(milliseconds, 60'000, origin));
  if (milliseconds != 0) into.wait = std::chrono::milliseconds(milliseconds);
  return fields.finish();
}

} // namespace outpost::agents
