// What a key may use in a minute.
#pragma once
#include <cstdint>

namespace outpost::security {

struct KeyLimits {
  std::uint32_t requests_per_minute = 0; // 0: no limit
  std::uint32_t tokens_per_minute = 0;   // of prompts and answers; 0: no limit
  friend bool operator==(const KeyLimits&, const KeyLimits&) = default;
};

} // namespace outpost::security
