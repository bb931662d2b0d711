// An agent file of any bytes: read into a specification or refused with a message that says where.
#include <cstdint>
#include <string>

#include "agents/spec/agent_spec.h"
#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto spec = outpost::agents::parse_agent(text, "agent.yaml", "/nowhere");
  if (spec) {
    OUTPOST_ASSERT(!spec->name.empty());
    return 0;
  }
  using outpost::ErrorCode;
  const ErrorCode code = spec.error().code;
  OUTPOST_ASSERT(code == ErrorCode::kInvalidArgument || code == ErrorCode::kLimitExceeded);
  OUTPOST_ASSERT(spec.error().message.find("agent.yaml") != std::string::npos);
  return 0;
}
