// Two-way bytes with one peer: what a text protocol is spoken over. A connection, or a script in a
// test.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace outpost::net {

class ByteLine {
public:
  ByteLine() = default;
  ByteLine(const ByteLine&) = delete;
  ByteLine& operator=(const ByteLine&) = delete;
  virtual ~ByteLine() = default;

  // All of it. kUnavailable, kTimeout, kCancelled.
  virtual Status write(std::string_view bytes) = 0;
  // What came, at least a byte and at most some 16 KiB. kUnavailable when the peer has closed;
  // kTimeout, kCancelled.
  virtual Result<std::string> read() = 0;
};

} // namespace outpost::net
