// Randomness as a thing that is passed in: a counter-based generator (Philox-4x32-10, Salmon et
// al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The n-th number of a seed and a
// stream is a pure function, so a sequence samples the same whatever runs beside it.
#pragma once
#include <array>
#include <cstdint>

namespace outpost {

class Random {
public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  std::uint32_t next_u32();
  std::uint64_t next_u64();
  // Uniform in [0, 1), 53 bits.
  double next_double();
  // Uniform in [0, bound), bound > 0; without modulo bias (Lemire 2019).
  std::uint32_t next_below(std::uint32_t bound);

private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t counter_ = 0;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

// A seed from the operating system, for callers that were given none.
std::uint64_t random_seed();

} // namespace outpost
