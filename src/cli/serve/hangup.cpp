#include "cli/serve/hangup.h"

#include <csignal>

#include "base/cancel.h"

namespace outpost::cli {
namespace {

// Reached by the signal handler; CancelSource::cancel is one relaxed atomic store.
const CancelSource& hangup() {
  static const CancelSource source;
  return source;
}

extern "C" void on_hangup(int) { hangup().cancel(); }

} // namespace

void catch_hangup() {
  hangup().reset(); // made before the handler can run
  (void)std::signal(SIGHUP, on_hangup);
}

bool take_hangup() {
  if (!hangup().token().cancelled()) return false;
  hangup().reset();
  return true;
}

} // namespace outpost::cli
