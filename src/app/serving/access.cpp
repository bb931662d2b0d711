#include "app/serving/access.h"

#include <algorithm>

namespace outpost::app {
namespace {

std::uint8_t rights_of(security::Role role) {
  const auto bit = [](http::Right right) { return static_cast<unsigned>(right); };
  switch (role) {
  case security::Role::kUser: return static_cast<std::uint8_t>(bit(http::Right::kUse));
  case security::Role::kMonitor: return static_cast<std::uint8_t>(bit(http::Right::kObserve));
  case security::Role::kAdmin: break;
  }
  return static_cast<std::uint8_t>(bit(http::Right::kUse) | bit(http::Right::kObserve) |
                                   bit(http::Right::kManage));
}

} // namespace

Result<std::unique_ptr<Access>> Access::open(Settings settings, Clock& clock) {
  auto access = std::unique_ptr<Access>(new Access(std::move(settings), clock));
  OUTPOST_CHECK(access->open_ring());
  return access;
}

Status Access::open_ring() {
  security::StoredKey entry;
  entry.role = security::Role::kAdmin;
  entry.created_ms = clock_.wall_ms();
  if (settings_.only_key) {
    entry.name = "configured";
    return ring_.add(std::move(entry), *settings_.only_key);
  }
  OUTPOST_TRY(ring_, security::KeyRing::load(settings_.key_file));
  if (!ring_.keys().empty()) return {};
  first_key_ = security::new_key();
  entry.name = "first";
  OUTPOST_CHECK(ring_.add(std::move(entry), *first_key_));
  return ring_.save(settings_.key_file);
}

std::optional<http::Caller> Access::caller(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto found = ring_.find(key, clock_.wall_ms());
  if (!found) return std::nullopt;
  return http::Caller{found->name, rights_of(found->role)};
}

security::KeyLimits Access::limits_of(const std::string& principal) const {
  const std::lock_guard lock(mutex_);
  const auto& keys = ring_.keys();
  const auto key = std::ranges::find(keys, principal, &security::StoredKey::name);
  return key != keys.end() && key->limits ? *key->limits : settings_.limits;
}

std::optional<api::GateRefusal> Access::admit(const std::string& principal) {
  const auto refused = limiter_.take(principal, limits_of(principal));
  if (!refused) return std::nullopt;
  return api::GateRefusal{true, refused->message, refused->retry_after};
}

chat::WorkClass Access::work_class(const std::string& principal) const {
  const std::lock_guard lock(mutex_);
  const auto& keys = ring_.keys();
  const auto key = std::ranges::find(keys, principal, &security::StoredKey::name);
  return key != keys.end() ? key->work_class : chat::WorkClass::kInteractive;
}

void Access::charge(const std::string& principal, std::uint64_t tokens) {
  limiter_.pay_tokens(principal, tokens);
}

Status Access::reload() {
  if (settings_.only_key) return {};
  OUTPOST_TRY(auto ring, security::KeyRing::load(settings_.key_file));
  const std::lock_guard lock(mutex_);
  ring_ = std::move(ring);
  return {};
}

void Access::set_limits(const security::KeyLimits& limits) {
  const std::lock_guard lock(mutex_);
  settings_.limits = limits;
}

} // namespace outpost::app
