#include "models/rope.h"

#include <cmath>

namespace outpost::models {
namespace {
constexpr std::uint32_t kFine = 64;
}

RopeTable::RopeTable(const RopeConfig& config, std::uint32_t rotary_size, const float* factors,
                     std::uint32_t position_count)
    : half_(rotary_size / 2), magnitude_(config.magnitude) {
  const std::uint32_t coarse_count = (position_count + kFine - 1) / kFine;
  coarse_.resize(std::size_t{coarse_count} * half_);
  fine_.resize(std::size_t{kFine} * half_);
  for (std::uint32_t i = 0; i < half_; ++i) {
    const double exponent = -2.0 * i / rotary_size;
    const double frequency = std::pow(config.base, exponent) * config.position_scale /
                             (factors == nullptr ? 1.0 : factors[i]);
    const auto turn = [&](double position) {
      return Turn{std::cos(position * frequency), std::sin(position * frequency)};
    };
    for (std::uint32_t p = 0; p < kFine; ++p) fine_[std::size_t{p} * half_ + i] = turn(p);
    for (std::uint32_t p = 0; p < coarse_count; ++p) {
      coarse_[std::size_t{p} * half_ + i] = turn(static_cast<double>(p) * kFine);
    }
  }
}

void RopeTable::fill(std::uint32_t position, float* cos, float* sin) const {
  const Turn* a = coarse_.data() + std::size_t{position / kFine} * half_;
  const Turn* b = fine_.data() + std::size_t{position % kFine} * half_;
  for (std::uint32_t i = 0; i < half_; ++i) {
    cos[i] = static_cast<float>(magnitude_ * (a[i].cos * b[i].cos - a[i].sin * b[i].sin));
    sin[i] = static_cast<float>(magnitude_ * (a[i].sin * b[i].cos + a[i].cos * b[i].sin));
  }
}

} // namespace outpost::models
