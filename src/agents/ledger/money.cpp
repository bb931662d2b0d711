#include "agents/ledger/money.h"

#include <algorithm>
#include <limits>

#include "base/checked.h"

namespace outpost::agents {
namespace {

constexpr std::int64_t kUnit = 1'000'000'000;
constexpr std::uint64_t kMillion = 1'000'000;

constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

// The price's whole billionths for each token and its rest apart, so that no product is larger than
// its sum; what no account could hold stays at the most that one can.
std::int64_t for_tokens(std::uint64_t tokens, Money million) {
  const auto price = static_cast<std::uint64_t>(std::max<std::int64_t>(million.billionths, 0));
  const auto whole = checked_mul(tokens, price / kMillion);
  const auto rest = checked_mul(tokens, price % kMillion);
  if (!whole || !rest) return static_cast<std::int64_t>(kMost);
  const auto sum = checked_add(*whole, *rest / kMillion + (*rest % kMillion != 0 ? 1 : 0));
  return static_cast<std::int64_t>(std::min(sum.value_or(kMost), kMost));
}

} // namespace

Money cost_of(std::uint64_t prompt_tokens, std::uint64_t completion_tokens, const Prices& prices) {
  return {for_tokens(prompt_tokens, prices.prompt_million) +
          for_tokens(completion_tokens, prices.completion_million)};
}

std::string to_string(Money money) {
  const bool negative = money.billionths < 0;
  const std::string sign = negative ? "-" : "";
  // Each part by itself: the least number has no positive twin.
  const auto part = [negative](std::int64_t one) { return std::to_string(negative ? -one : one); };
  std::string decimals = part(money.billionths % kUnit);
  decimals.insert(0, 9 - decimals.size(), '0');
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return sign + part(money.billionths / kUnit) + "." + decimals;
}

} // namespace outpost::agents
