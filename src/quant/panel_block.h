// One block of a panel, unpacked: the specification of how kernels read panels, and the base of the
// scalar kernels.
#pragma once
#include <cstddef>
#include <cstdint>

#include "quant/panel.h"

namespace outpost::quant {

// weight[row][k] = scales[k / group][row] * (codes[k][row] - offset) - minimums[k / group][row],
// k < shape.cols. Minimums are zero where the encoding has none.
struct PanelBlock {
  std::uint8_t codes[256][kPanelRows];
  float scales[16][kPanelRows];
  float minimums[16][kPanelRows];

  [[nodiscard]] float weight(const EncodingShape& shape, std::uint32_t k, std::uint32_t row) const {
    const int code = codes[k][row] - static_cast<int>(shape.offset);
    return scales[k / shape.group][row] * static_cast<float>(code) - minimums[k / shape.group][row];
  }
};

// REQUIRES: a quantised encoding; `block` is at a multiple of shape.bytes() in a panel.
void unpack_block(Encoding encoding, const std::byte* block, PanelBlock& out);

// Weight (row, k) of a panel of float weights.
float float_weight(Encoding encoding, const std::byte* panel, std::uint32_t k, std::uint32_t row);

} // namespace outpost::quant
