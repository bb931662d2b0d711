// Arithmetic for people's sums: + - * / ^ ( ), percentages ("15% of 80", "80 + 15%"), abs, min,
// max, round, sqrt. Decimals are exact as long as 18 digits hold them (0.1 + 0.2 is 0.3), so that
// prices come out right; what they cannot hold is computed in binary and marked as rounded.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace outpost::agents {

struct Sum {
  std::string text; // the value, without trailing zeros
  double value = 0;
  bool is_exact = true;
};

// kInvalidArgument with the place of the mistake; kLimitExceeded for more than 500 bytes or 50
// levels.
Result<Sum> calculate(std::string_view expression);

} // namespace outpost::agents
