// Whether this machine is fit to serve: what is there, what is missing, what to do.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/environment.h"
#include "base/clock.h"
#include "base/result.h"

namespace outpost::app {

struct Finding {
  enum class Kind { kGood, kDoubtful, kBad };
  Kind kind = Kind::kGood;
  std::string subject; // "cpu", "memory", "disk", "models", "port", "keys", "clock"
  std::string text;
  std::string hint; // may be empty
};

// Looks, changes nothing. `port` is where a server is to listen on loopback.
std::vector<Finding> examine(const Environment& environment, std::uint16_t port, Clock& clock);

// Whether a server answers on this port of loopback: for container health checks.
Status check_live(std::uint16_t port, Clock& clock);

} // namespace outpost::app
