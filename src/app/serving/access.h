// Who may call a server and how much: keys, their roles and limits, as HTTP and the APIs ask for
// them. The key file may change at any time; whoever notices calls reload(). Thread-safe.
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/quota.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/guard.h"
#include "security/key_ring.h"
#include "security/rate_limiter.h"

namespace outpost::app {

class Access final : public api::Quota {
public:
  struct Settings {
    std::filesystem::path key_file;
    std::optional<std::string> only_key; // instead of the file's
    security::KeyLimits limits;          // of keys that have none of their own
  };
  // Makes a first key when there is none; see first_key(). kCorruptData: the file is no list of
  // keys.
  static Result<std::unique_ptr<Access>> open(Settings settings, Clock& clock);

  // The key that was made because there was none: to be shown once.
  [[nodiscard]] const std::optional<std::string>& first_key() const { return first_key_; }

  [[nodiscard]] std::optional<http::Caller> caller(std::string_view key) const;
  std::optional<api::GateRefusal> admit(const std::string& principal) override;
  [[nodiscard]] chat::WorkClass work_class(const std::string& principal) const override;
  void charge(const std::string& principal, std::uint64_t tokens) override;

  // Reads the key file again. On an error the keys stay as they were.
  Status reload();
  void set_limits(const security::KeyLimits& limits);

private:
  Access(Settings settings, Clock& clock)
      : settings_(std::move(settings)), clock_(clock), limiter_(clock) {}
  Status open_ring();
  [[nodiscard]] security::KeyLimits limits_of(const std::string& principal) const;

  Settings settings_; // its limits are guarded by mutex_
  Clock& clock_;
  security::RateLimiter limiter_;
  std::optional<std::string> first_key_;
  mutable std::mutex mutex_;
  security::KeyRing ring_; // guarded by mutex_
};

} // namespace outpost::app
