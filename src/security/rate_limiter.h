// Requests and tokens of a key in a minute, as buckets that fill evenly and hold one minute's
// worth: a key that was quiet may spend a minute at once, and then goes on at its rate. Tokens are
// paid after the answer, when their number is known, so a bucket may be overdrawn by what is under
// way.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "security/key_limits.h"

namespace outpost::security {

struct RateRefusal {
  std::string message; // "60 requests a minute are spent"
  std::chrono::seconds retry_after{1};
};

// Thread-safe.
class RateLimiter {
public:
  explicit RateLimiter(Clock& clock) : clock_(clock) {}

  // Takes one request, unless a limit says no.
  std::optional<RateRefusal> take(const std::string& principal, const KeyLimits& limits);
  void pay_tokens(const std::string& principal, std::uint64_t tokens);

private:
  struct Bucket {
    double level = 0; // what may be spent now; below zero: overdrawn
    bool is_new = true;
    void fill(double per_minute, double seconds);
    [[nodiscard]] std::chrono::seconds wait_for_one(double per_minute) const;
  };
  struct Account {
    Bucket requests, tokens;
    std::chrono::nanoseconds filled{0};
  };

  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Account> accounts_; // guarded by mutex_; as many as there are keys
};

} // namespace outpost::security
