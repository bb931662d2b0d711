#include "agents/spec/memory_section.h"

#include "agents/spec/section.h"

namespace outpost::agents {

Status read_memory(const yaml::YamlNode& node, std::string_view origin, MemorySpec& into) {
  constexpr std::uint64_t kTokensMost = 8192;
  constexpr std::uint64_t kDaysMost = 36'500;
  std::uint32_t keep_days = 0;
  yaml::YamlFields fields(node, origin, "memory");
  fields.optional("tokens", count_into(into.tokens_max, kTokensMost, origin))
      .optional("keep_days", count_into(keep_days, kDaysMost, origin))
      .optional("embeddings", into.embeddings);
  OUTPOST_CHECK(fields.finish());
  if (keep_days != 0) into.keep_days = keep_days;
  into.remembers = true;
  return {};
}

} // namespace outpost::agents
