// The angles of the rotary embedding (Su et al. 2021), for any position, in double: two small
// tables of cosines and sines, of position / 64 and of position % 64, joined by the angle-sum
// identity.
#pragma once
#include <cstdint>
#include <vector>

#include "models/config.h"

namespace outpost::models {

class RopeTable {
public:
  // `factors` [half] divide the frequencies; nullptr: ones.
  RopeTable(const RopeConfig& config, std::uint32_t rotary_size, const float* factors,
            std::uint32_t position_count);

  [[nodiscard]] std::uint32_t half() const { return half_; }
  // Writes `half` cosines and sines. REQUIRES: position < position_count.
  void fill(std::uint32_t position, float* cos, float* sin) const;

private:
  struct Turn {
    double cos, sin;
  };
  std::uint32_t half_;
  double magnitude_;
  std::vector<Turn> coarse_; // [position_count / 64][half]
  std::vector<Turn> fine_;   // [64][half]
};

} // namespace outpost::models
