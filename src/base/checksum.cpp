#include "base/checksum.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace outpost {
namespace {

// Lines of 64 bytes as eight lanes that do not wait for each other.
constexpr std::size_t kLanes = 8;
constexpr std::size_t kLineBytes = kLanes * sizeof(std::uint64_t);
constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15u; // odd: no step loses a bit

static_assert(std::endian::native == std::endian::little);

std::uint64_t mixed(std::uint64_t state, std::uint64_t word) {
  const std::uint64_t product = (state ^ word) * kFactor;
  return product ^ product >> 29;
}

} // namespace

std::uint64_t checksum(std::span<const std::byte> bytes) {
  std::array<std::uint64_t, kLanes> lanes{}, line{};
  for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = bytes.size() + i;
  for (std::size_t at = 0; at < bytes.size(); at += kLineBytes) {
    const std::size_t count = std::min(kLineBytes, bytes.size() - at);
    if (count < kLineBytes) line = {};
    std::memcpy(line.data(), bytes.data() + at, count);
    for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = mixed(lanes[i], line[i]);
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t lane : lanes) sum = mixed(sum, lane);
  return sum;
}

} // namespace outpost
