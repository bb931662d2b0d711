#include "platform/cgroup.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace outpost::platform {
namespace {

namespace fs = std::filesystem;

// Nothing where there is no such file, or a word: "max" says that there is no limit.
std::optional<std::uint64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  return file >> number ? std::optional(number) : std::nullopt;
}

// The value of a line "label value"; zero where there is none.
std::uint64_t value_of(const fs::path& path, std::string_view label) {
  std::ifstream file(path);
  std::string name;
  for (std::uint64_t value = 0; file >> name >> value;)
    if (name == label) return value;
  return 0;
}

void apply(const fs::path& group, CgroupLimits& limits) {
  // "max 100000" or "150000 100000": quota and period in microseconds.
  std::ifstream file(group / "cpu.max");
  double quota = 0, period = 0;
  if (file >> quota >> period && quota > 0 && period > 0)
    limits.cores =
        std::min(limits.cores, std::max(1u, static_cast<unsigned>(quota / period + 0.999)));

  const auto limit = number_in(group / "memory.max"), current = number_in(group / "memory.current");
  if (!limit || !current) return;
  const std::uint64_t cache = value_of(group / "memory.stat", "inactive_file");
  const std::uint64_t used = *current - std::min(*current, cache);
  limits.memory_left = std::min<std::size_t>(limits.memory_left, *limit - std::min(*limit, used));
}

// The group's path below the root, from the line "0::/system.slice/outpost.service".
fs::path own_group(const fs::path& membership) {
  std::ifstream file(membership);
  constexpr std::string_view kUnified = "0::/";
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(kUnified)) return line.substr(kUnified.size());
  return {};
}

} // namespace

CgroupLimits cgroup_limits(const fs::path& root, const fs::path& membership) {
  CgroupLimits limits;
  fs::path group = root;
  apply(group, limits);
  for (const fs::path& part : own_group(membership)) {
    if (part == "..") break; // outside of what this namespace shows
    group /= part;
    apply(group, limits);
  }
  return limits;
}

} // namespace outpost::platform
