#include "agents/calling/state_probe.h"

#include <algorithm>
#include <cmath>

namespace outpost::agents {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr double kCodeMax = 127;

} // namespace

StateProbe StateProbe::of(std::span<const double> weights) {
  double most = 0;
  for (const double weight : weights) most = std::max(most, std::abs(weight));
  StateProbe probe;
  probe.scale = static_cast<float>(most / kCodeMax);
  for (const double weight : weights) {
    const double code = probe.scale > 0 ? weight / static_cast<double>(probe.scale) : 0;
    probe.codes.push_back(
        static_cast<std::int8_t>(std::lround(std::clamp(code, -kCodeMax, kCodeMax))));
  }
  return probe;
}

std::vector<float> StateProbe::weights() const {
  std::vector<float> out;
  out.reserve(codes.size());
  for (const std::int8_t code : codes) out.push_back(scale * static_cast<float>(code));
  return out;
}

std::string hex_of(std::span<const std::int8_t> codes) {
  std::string hex;
  hex.reserve(2 * codes.size());
  for (const std::int8_t code : codes) {
    const auto byte = static_cast<std::uint8_t>(code);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

Result<std::vector<std::int8_t>> codes_of(std::string_view hex) {
  if (hex.size() % 2 != 0 || hex.size() > 2 * kStateValuesMax) {
    return fail(ErrorCode::kCorruptData, "a probe is two hexadecimal digits a value");
  }
  std::vector<std::int8_t> codes;
  codes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const std::size_t high = kDigits.find(hex[i]);
    const std::size_t low = kDigits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return fail(ErrorCode::kCorruptData, "a probe is two hexadecimal digits a value");
    }
    codes.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(high << 4 | low)));
  }
  return codes;
}

} // namespace outpost::agents
