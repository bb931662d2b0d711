// From a pair of numbers to another pair, in a flat open-addressing table of 16 bytes a slot: merge
// rules by (left token, right token), steps of a trie by (node, byte).
#pragma once
#include <cstdint>
#include <vector>

#include "text/probing.h"

namespace outpost::text {

class PairTable {
public:
  struct Value {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
  };

  explicit PairTable(std::size_t capacity) : slots_(slot_count(capacity)) {}

  // False when too many keys fall on the same places (probing.h). The first of equal keys stays.
  // REQUIRES: left is not 0xFFFFFFFF; no more inserts than the capacity.
  [[nodiscard]] bool insert(std::uint32_t left, std::uint32_t right, Value value) {
    std::size_t at = place_of(left, right);
    for (int probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.left == kEmpty) {
        slot = {left, right, value};
        return true;
      }
      if (slot.left == left && slot.right == right) return true;
    }
    return false;
  }

  // nullptr: no such pair.
  [[nodiscard]] const Value* find(std::uint32_t left, std::uint32_t right) const {
    std::size_t at = place_of(left, right);
    for (int probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.left == kEmpty) return nullptr;
      if (slot.left == left && slot.right == right) return &slot.value;
    }
    return nullptr;
  }

private:
  static constexpr std::uint32_t kEmpty = 0xFFFFFFFF;
  struct Slot {
    std::uint32_t left = kEmpty;
    std::uint32_t right = 0;
    Value value;
  };

  [[nodiscard]] std::size_t place_of(std::uint32_t left, std::uint32_t right) const {
    return mix_bits(std::uint64_t{left} << 32 | right) & (slots_.size() - 1);
  }

  std::vector<Slot> slots_;
};

} // namespace outpost::text
