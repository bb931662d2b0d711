// Numbers as people write them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace outpost::agents {

struct RequestNumber {
  double value = 0;
  std::size_t begin = 0; // bytes of the text
  std::size_t end = 0;
  bool is_percent = false; // 5 %: may mean 5 or 0.05
};

// Digits with separators, signs, fractions, "5k", "3 million", "2e-6", "9.1 x 10^-31", "two",
// "twenty-five", "half", "at rest" (0), "112.07 W" beside a latitude (-112.07), "lat 4 south"
// (-4), "2 pi" (6.2832), "pi/2", the second term of "3x^2 - 7x" (-7); in order of place. "x2" is 2;
// digits inside other words ("B12") and powers of units ("m/s^2") are no numbers; dates give their
// parts.
std::vector<RequestNumber> find_numbers(std::string_view text);

// A text that is one number and nothing else.
std::optional<double> lone_number(std::string_view text);

// The number as an integer where it is one and a double tells all of its digits (below 9 * 10^15).
std::optional<std::int64_t> exact_integer(double number);

} // namespace outpost::agents
