#include <vector>

#include "base/checksum.h"
#include "quant/levels.h"
#include "quant/panel.h"

namespace outpost::quant {
namespace {

// Enough columns for one block of every encoding, and two of most.
constexpr std::uint32_t kCols = 256;

// Bytes without a pattern: packing only moves them.
std::vector<std::byte> sample(std::size_t count) {
  std::vector<std::byte> bytes(count);
  std::uint32_t state = 1;
  for (std::byte& byte : bytes) {
    state = state * 1664525u + 1013904223u; // Numerical Recipes
    byte = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

} // namespace

std::uint64_t panel_layout_fingerprint() {
  std::vector<std::uint64_t> sums;
  for (const BlockFormat& format : all_packings()) {
    const PanelPlan plan = plan_panels(format.encoding, kPanelRows, kCols);
    std::vector<std::byte> packed(plan.total_bytes);
    const auto source =
        sample(std::size_t{kPanelRows} * kCols / format.block_values * format.block_bytes);
    pack_panels(format, source, kPanelRows, kCols, 0, 1, packed);
    sums.push_back(checksum(packed));
  }
  return checksum(std::as_bytes(std::span(sums)));
}

} // namespace outpost::quant
