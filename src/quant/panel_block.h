// One block of a panel, unpacked: the specification of how kernels read panels, and the base of the
// scalar kernels.
#pragma once
#include <cstddef>
#include <cstdint>

#include "quant/panel.h"

namespace outpost::quant {

// weight[row][k] = scales[k / group][row] * (codes[k][row] - offset) - minimums[k / group][row],
// k < shape.cols. Minimums are zero where the encoding has none. Of blocks of 256,
// minimums[g][row] = minimum_scale[row] * sub_minimums[g][row].
struct PanelBlock {
  std::uint8_t codes[256][kPanelRows];
  float scales[16][kPanelRows];
  float minimums[16][kPanelRows];
  std::uint8_t sub_minimums[16][kPanelRows];
  float minimum_scale[kPanelRows];
};

// REQUIRES: a quantised encoding; `block` is at a multiple of shape.bytes() in a panel.
void unpack_block(Encoding encoding, const std::byte* block, PanelBlock& out);

// Weights [row][col_begin, col_end) of a panel of any encoding, as float.
void decode_panel_row(Encoding encoding, const std::byte* panel, std::uint32_t row,
                      std::uint32_t col_begin, std::uint32_t col_end, float* out);

} // namespace outpost::quant
