// Money as whole numbers, so that sums are exact: billionths of the currency that prices are given
// in. A price of 0.15 for a million tokens is 150 billionths for one.
#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace outpost::agents {

struct Money {
  std::int64_t billionths = 0; // up to 9.2 thousand million whole units

  friend auto operator<=>(const Money&, const Money&) = default;
  friend Money operator+(Money a, Money b) { return {a.billionths + b.billionths}; }
  friend Money operator-(Money a, Money b) { return {a.billionths - b.billionths}; }
};

// What a provider asks for a million tokens.
struct Prices {
  Money prompt_million;
  Money completion_million;
};

// What so many tokens cost, rounded up to a billionth.
Money cost_of(std::uint64_t prompt_tokens, std::uint64_t completion_tokens, const Prices& prices);

// Whole units and as many decimals as it takes, at least two: "0.15", "12.00", "0.000045".
std::string to_string(Money money);

} // namespace outpost::agents
