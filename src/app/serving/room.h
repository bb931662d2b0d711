// Which models leave so that another one fits: a pure choice from the state of all models. Idle
// ones go, least recently used first, never pinned ones, and only if that makes room.
#pragma once
#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

namespace outpost::app {

struct Tenant { // a model in memory
  std::size_t bytes = 0;
  std::chrono::nanoseconds last_used{0};
  bool is_pinned = false;
  bool is_busy = false; // somebody uses it now
};

struct Room {
  enum class Kind {
    kFree,  // there is room once `leaving` have left (perhaps none must)
    kBusy,  // there will be when some that are busy have become idle
    kNever, // pinned models hold too much
  };
  Kind kind = Kind::kFree;
  std::vector<std::size_t>
      leaving; // indices of tenants; with kBusy: the busy ones that are in the way
};

Room make_room(std::span<const Tenant> tenants, std::size_t budget_bytes, std::size_t needed_bytes);

} // namespace outpost::app
