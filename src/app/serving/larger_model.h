// Whether a step of an agent may have a larger model of this server now: a pure choice.
#pragma once
#include <cstddef>
#include <cstdint>

#include "app/config/server_config.h"
#include "base/result.h"
#include "chat/chat.h"

namespace outpost::app {

struct LargerModelState {
  PowerMode power = PowerMode::kPerformance;
  chat::WorkClass work_class = chat::WorkClass::kInteractive; // of who asks
  std::uint32_t running = 0;                                  // requests in the model's steps
  std::uint32_t waiting = 0;
  bool is_loaded = false;
  std::size_t needed_bytes = 0; // when it is not
  std::size_t free_bytes = 0;   // of what all models may take
};

// The message of an error says why not. Nobody waits for a larger model, and no other model leaves
// the memory for it.
Status may_have_larger(const LargerModelState& state);

} // namespace outpost::app
