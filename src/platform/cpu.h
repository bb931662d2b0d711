// What this processor and this process may use. Read once at start; everything else is told.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace outpost::platform {

struct CpuFeatures {
  bool avx2 = false; // with FMA and F16C, which every such CPU has
  bool avx_vnni = false;
  bool avx512_vnni = false; // with F, BW, VL, DQ, VBMI, which the kernels use together
  bool avx512_bf16 = false;
  bool neon = false;
  bool neon_dotprod = false;
  bool neon_i8mm = false;
  std::string name; // the brand, for people
};

CpuFeatures cpu_features();

// Processors this process may run on: one per physical core, within its affinity mask, never more
// than its cgroup quota (rounded up). Never empty.
std::vector<int> usable_cores();

// Of the first core, as the system tells; zero where it does not. On a rented machine the last
// level is shared with strangers.
struct CacheSizes {
  std::size_t l1d_bytes = 0;
  std::size_t l2_bytes = 0;
  std::size_t l3_bytes = 0;
};

CacheSizes cache_sizes();

// Bytes of memory this process can still take without swapping (limits of control groups included).
std::size_t available_memory_bytes();

} // namespace outpost::platform
