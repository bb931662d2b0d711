#include "platform/cpu.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sched.h>
#include <set>
#include <string>
#include <string_view>
#include <unistd.h>

#include "platform/cgroup.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace outpost::platform {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// The number that `text` begins with, after blanks; nothing when there is none or it does not fit.
std::optional<std::uint64_t> leading_number(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() ? std::optional(number) : std::nullopt;
}

#if defined(__x86_64__)
std::string brand() {
  unsigned words[12] = {};
  for (unsigned leaf = 0; leaf < 3; ++leaf) {
    unsigned* at = words + leaf * 4;
    if (__get_cpuid(0x80000002u + leaf, at, at + 1, at + 2, at + 3) == 0) return "x86-64";
  }
  std::string name(reinterpret_cast<const char*>(words), sizeof(words));
  return name.substr(0, name.find('\0'));
}
#endif

} // namespace

CpuFeatures cpu_features() {
  CpuFeatures f;
#if defined(__x86_64__)
  __builtin_cpu_init();
  f.name = brand();
  f.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  f.avx512_vnni = f.avx2 && __builtin_cpu_supports("avx512f") &&
                  __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi") &&
                  __builtin_cpu_supports("avx512vnni");
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) != 0) {
    f.avx_vnni = f.avx2 && (a & (1u << 4)) != 0;
    f.avx512_bf16 = f.avx512_vnni && (a & (1u << 5)) != 0;
  }
#elif defined(__aarch64__)
  f.name = "aarch64";
  f.neon = (getauxval(AT_HWCAP) & HWCAP_ASIMD) != 0;
  f.neon_dotprod = f.neon && (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
  f.neon_i8mm = f.neon_dotprod && (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0;
#else
  f.name = "unknown";
#endif
  return f;
}

std::vector<int> usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) {
    std::set<std::string> seen; // hyper-threads of one core share this line
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(static_cast<std::size_t>(cpu), &set)) continue;
      const auto siblings = first_line("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                       "/topology/thread_siblings_list");
      if (siblings.empty() || seen.insert(siblings).second) cores.push_back(cpu);
    }
  }
  if (cores.empty()) cores.push_back(0);
  cores.resize(std::min<std::size_t>(cores.size(), cgroup_limits().cores));
  return cores;
}

CacheSizes cache_sizes() {
  constexpr int kIndexMax = 8; // there are four or five entries
  CacheSizes sizes;
  for (int index = 0; index < kIndexMax; ++index) {
    const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index);
    const std::string level = first_line(folder + "/level");
    if (first_line(folder + "/type") == "Instruction") continue;
    const auto kib = leading_number(first_line(folder + "/size")); // "2048K"
    if (!kib) continue;
    if (level == "1") sizes.l1d_bytes = *kib * 1024;
    if (level == "2") sizes.l2_bytes = *kib * 1024;
    if (level == "3") sizes.l3_bytes = *kib * 1024;
  }
  return sizes;
}

std::size_t available_memory_bytes() {
  std::size_t available = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
                          static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::ifstream info("/proc/meminfo");
  for (std::string line; std::getline(info, line);) {
    constexpr std::string_view kLabel = "MemAvailable:"; // in KiB
    if (!line.starts_with(kLabel)) continue;
    if (const auto kib = leading_number(std::string_view(line).substr(kLabel.size()))) {
      available = *kib * 1024;
    }
  }
  return std::min(available, cgroup_limits().memory_left);
}

} // namespace outpost::platform
