// Strings by number and numbers by string: a vocabulary is hundreds of thousands of short strings,
// kept in one allocation and found through one flat open-addressing table of 16 bytes a slot.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/probing.h"

namespace outpost::text {

// Immutable strings, numbered in the order they came.
class StringPool {
public:
  static constexpr std::size_t kBytesMax = 256u << 20; // places are 32-bit numbers

  // REQUIRES: kBytesMax bytes are not exceeded.
  void append(std::string_view string) {
    bytes_.append(string);
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  }
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  // REQUIRES: number < size().
  [[nodiscard]] std::string_view operator[](std::size_t number) const {
    const std::size_t begin = begin_of(number);
    return slice(begin, ends_[number] - begin);
  }
  [[nodiscard]] std::string_view slice(std::size_t begin, std::size_t size) const {
    return std::string_view(bytes_).substr(begin, size);
  }
  // Where string `number` begins. REQUIRES: number < size().
  [[nodiscard]] std::uint32_t begin_of(std::size_t number) const {
    return number == 0 ? 0 : ends_[number - 1];
  }

private:
  std::string bytes_;
  std::vector<std::uint32_t> ends_;
};

// Finds numbers of a StringPool that outlives it and is passed to every call.
class StringIndex {
public:
  explicit StringIndex(std::size_t capacity) : slots_(slot_count(capacity)) {}

  // False when too many strings fall on the same places (probing.h). The first of equal strings
  // stays. REQUIRES: no more inserts than the capacity.
  [[nodiscard]] bool insert(const StringPool& pool, std::uint32_t number) {
    const std::string_view string = pool[number];
    const std::uint64_t hash = hash_of(string);
    std::size_t at = hash & (slots_.size() - 1);
    for (int probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.number == kEmpty) {
        slot = {tag_of(hash), number, pool.begin_of(number),
                static_cast<std::uint32_t>(string.size())};
        return true;
      }
      if (holds(slot, pool, hash, string)) return true;
    }
    return false;
  }

  [[nodiscard]] std::optional<std::uint32_t> find(const StringPool& pool,
                                                  std::string_view string) const {
    const std::uint64_t hash = hash_of(string);
    std::size_t at = hash & (slots_.size() - 1);
    for (int probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.number == kEmpty) return std::nullopt;
      if (holds(slot, pool, hash, string)) return slot.number;
    }
    return std::nullopt;
  }

private:
  static constexpr std::uint32_t kEmpty = 0xFFFFFFFF;
  // The string's place is kept here too: a search touches the table and the bytes, nothing between.
  struct Slot {
    std::uint32_t tag = 0; // the high half of the hash: most misses end here
    std::uint32_t number = kEmpty;
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };

  static bool holds(const Slot& slot, const StringPool& pool, std::uint64_t hash,
                    std::string_view string) {
    return slot.tag == tag_of(hash) && pool.slice(slot.begin, slot.size) == string;
  }
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  static std::uint64_t hash_of(std::string_view string) {
    std::uint64_t hash = string.size();
    while (string.size() >= 8) {
      hash = mix_bits(hash ^ load(string, 8));
      string.remove_prefix(8);
    }
    return mix_bits(hash ^ load(string, string.size()));
  }
  static std::uint64_t load(std::string_view string, std::size_t count) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, string.data(), count);
    return bytes;
  }

  std::vector<Slot> slots_;
};

} // namespace outpost::text
