// What the control groups of this process leave it (cgroup v2; Linux, Documentation/admin-guide/
// cgroup-v2.rst): its own group, as a unit of systemd has one, and every group above it.
#pragma once
#include <cstddef>
#include <filesystem>

namespace outpost::platform {

struct CgroupLimits {
  unsigned cores = ~0u; // of the quota, rounded up
  std::size_t memory_left =
      ~std::size_t{0}; // bytes; what can be reclaimed of the page cache counts as left
};

// `root`: where the hierarchy is mounted; `membership`: which group of it this process is in. What
// cannot be read limits nothing.
CgroupLimits cgroup_limits(const std::filesystem::path& root = "/sys/fs/cgroup",
                           const std::filesystem::path& membership = "/proc/self/cgroup");

} // namespace outpost::platform
