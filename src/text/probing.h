// What the flat hash tables of a vocabulary share. Their keys come from model files, which anybody
// may have made: a file whose keys all fall on the same places is refused instead of searched for
// minutes.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

namespace outpost::text {

// Linear probing at most two thirds full needs some tens of probes for a million honest keys.
inline constexpr int kProbesMax = 512;

// A power of two, at least one and a half times `capacity`.
inline std::size_t slot_count(std::size_t capacity) {
  return std::bit_ceil(capacity + capacity / 2 + 2);
}

// The finaliser of MurmurHash3 (Appleby): every bit of the input moves every bit of the result.
inline std::uint64_t mix_bits(std::uint64_t bits) {
  bits ^= bits >> 33;
  bits *= 0xFF51AFD7ED558CCDull;
  bits ^= bits >> 33;
  bits *= 0xC4CEB9FE1A85EC53ull;
  return bits ^ (bits >> 33);
}

} // namespace outpost::text
