#include "security/rate_limiter.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace outpost::security {
namespace {

constexpr double kSecondsPerMinute = 60;

} // namespace

void RateLimiter::Bucket::fill(double per_minute, double seconds) {
  if (is_new) level = per_minute;
  is_new = false;
  level = std::min(per_minute, level + per_minute * seconds / kSecondsPerMinute);
}

std::chrono::seconds RateLimiter::Bucket::wait_for_one(double per_minute) const {
  const double seconds = std::ceil((1 - level) * kSecondsPerMinute / per_minute);
  return std::chrono::seconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(seconds)));
}

std::optional<RateRefusal> RateLimiter::take(const std::string& principal,
                                             const KeyLimits& limits) {
  const std::lock_guard lock(mutex_);
  Account& account = accounts_[principal];
  const auto now = clock_.monotonic();
  const double passed = std::chrono::duration<double>(now - account.filled).count();
  account.filled = now;
  account.requests.fill(limits.requests_per_minute, passed);
  account.tokens.fill(limits.tokens_per_minute, passed);
  const auto refusal = [&](const Bucket& bucket, std::uint32_t limit,
                           const char* what) -> std::optional<RateRefusal> {
    if (limit == 0 || bucket.level >= 1) return std::nullopt;
    return RateRefusal{fmt::format("the {} {} a minute of this key are spent", limit, what),
                       bucket.wait_for_one(limit)};
  };
  if (auto no = refusal(account.requests, limits.requests_per_minute, "requests")) return no;
  if (auto no = refusal(account.tokens, limits.tokens_per_minute, "tokens")) return no;
  account.requests.level -= 1;
  return std::nullopt;
}

void RateLimiter::pay_tokens(const std::string& principal, std::uint64_t tokens) {
  const std::lock_guard lock(mutex_);
  accounts_[principal].tokens.level -= static_cast<double>(tokens);
}

} // namespace outpost::security
