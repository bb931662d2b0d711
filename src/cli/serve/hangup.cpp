#include "cli/serve/hangup.h"

#include <atomic>
#include <csignal>

namespace outpost::cli {
namespace {

std::atomic<bool>& flag() {
  static std::atomic<bool> value{false}; // lock-free: may be set in a handler
  return value;
}

extern "C" void on_hangup(int) { flag().store(true, std::memory_order_relaxed); }

} // namespace

void catch_hangup() {
  flag().store(false);
  (void)std::signal(SIGHUP, on_hangup);
}

bool take_hangup() { return flag().exchange(false); }

} // namespace outpost::cli
