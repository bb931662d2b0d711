// A claim on something that a number stands for, among all processes that use one file: taken or
// refused at once, given up by the object's end or the process's, however it ends. The file only
// carries the claims; nothing is written into it.
#pragma once
#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "platform/unique_fd.h"

namespace outpost::platform {

class ByteClaim {
public:
  // Claims nothing.
  ByteClaim() = default;
  // kConflict: somebody has it, in this process or another. kIo. The file is made when it is not
  // there. `number` < 2^62.
  static Result<ByteClaim> take(const std::filesystem::path& path, std::uint64_t number);

private:
  explicit ByteClaim(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

} // namespace outpost::platform
