// Finds the first of several stop strings in a stream of bytes, whatever pieces it comes in: one
// table look-up a byte, however many strings there are and however they overlap (Aho & Corasick,
// "Efficient string matching", 1975, with all transitions filled in).
//
// Immutable after make(); a search is one State, which its owner keeps.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace outpost::engine {

inline constexpr std::size_t kStopStringsMax = 32;
inline constexpr std::size_t kStopBytesMax = 2048; // of all of them

class StopStrings {
public:
  using State = std::uint16_t;
  static constexpr State kStart = 0;

  // Finds nothing.
  StopStrings();
  // kInvalidArgument: an empty string, or one that is not UTF-8.
  // kLimitExceeded: too many or too long.
  static Result<StopStrings> make(std::span<const std::string> strings);

  [[nodiscard]] State next(State state, char byte) const {
    return next_[state * class_count_ + class_of_[static_cast<unsigned char>(byte)]];
  }
  // Length of the longest stop string that ends here; 0 when none does.
  [[nodiscard]] std::size_t match_length(State state) const { return match_length_[state]; }
  // Length of the longest end of the text so far that may become a stop string.
  [[nodiscard]] std::size_t held_length(State state) const { return depth_[state]; }

private:
  void number_classes(std::span<const std::string> strings);
  void add(const std::string& string);
  void fill_transitions();

  // Class 0: bytes that no stop string has. UTF-8 uses 243 values of a byte, so the classes fit.
  std::array<std::uint8_t, 256> class_of_{};
  std::size_t class_count_ = 1;
  std::vector<State> next_; // [states][class_count]
  std::vector<std::uint16_t> match_length_, depth_;
};

} // namespace outpost::engine
