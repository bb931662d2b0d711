// The last vector of a row: which of its 8 lanes exist.
#pragma once
#include <cstddef>
#include <cstdint>
#include <immintrin.h>

namespace outpost::kernels::avx2 {

inline constexpr std::size_t kLanes = 8;

// All bits set in the first `count` lanes (all of them from 8 on).
inline __m256i first_lanes(std::size_t count) {
  alignas(32) static constexpr std::int32_t kMasks[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256(
      reinterpret_cast<const __m256i*>(kMasks + kLanes - (count < kLanes ? count : kLanes)));
}

} // namespace outpost::kernels::avx2
