// Sockets of this machine for test servers.
#pragma once
#include <cstdint>

#include "platform/unique_fd.h"

namespace outpost::test_support {

struct Listener {
  platform::UniqueFd socket;
  std::uint16_t port = 0;
};

// Listens on a free port of 127.0.0.1. Throws std::runtime_error where there is none.
Listener listen_on_loopback();

} // namespace outpost::test_support
