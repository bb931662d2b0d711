// Panels as the many-row kernels read them: unpacked once to bytes and floats, in a call's scratch.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/matmul.h"
#include "quant/encoding.h"

namespace outpost::kernels::simd {

// One panel, or as many side by side as `panels` says, in lines of 64 bytes.
struct UnpackedPanels {
  // [cols / 4][panels][16 rows][4]; where tiles are of half a panel (tile.h): [2 halves][cols /
  // n][8 rows][n], with n the columns that a dot product of the instruction set adds up.
  std::uint8_t* codes;
  float* scales;   // [groups][panels][16]; of avx512, not of super blocks, beside 1.5 times
                   // themselves: [groups][panels][2][16]
  float* minimums; // [groups][panels][16]; not of super blocks

  // Of super blocks: where sums start; with minimums: what these are multiplied by, and pairs of
  // 16 bits.
  float* starts;               // [spans][panels][16]
  float* minimum_scales;       // [spans][panels][16]
  std::int32_t* minimum_pairs; // [groups / 2][panels][16]

  const float* outliers = nullptr; // [panels][kOutliersMax][16], of the matrix itself

  // The same memory, for panels of `w` from `panel` on.
  [[nodiscard]] UnpackedPanels of(const quant::PackedMatrix& w, std::uint32_t panel) const {
    UnpackedPanels panels = *this;
    panels.outliers = w.panel_outliers(panel);
    return panels;
  }
};

// Where a call keeps kPanels unpacked panels and, behind them, its prepared rows. V: the ISA's
// vectors, which keep an instance its own.
template <class V, std::size_t kPanels>
struct MatmulScratch {
  UnpackedPanels panels;
  std::byte* prepared;

  MatmulScratch(std::byte* scratch, std::uint32_t cols, const quant::EncodingShape& shape) {
    const auto take = [&]<class T>(T*& part, std::size_t lines) {
      part = reinterpret_cast<T*>(scratch);
      scratch += lines * kPanels * 64;
    };
    const std::size_t groups = cols / shape.group;
    const std::size_t spans = shape.is_super() ? cols / kWideActivationGroup : 0;
    take(panels.codes, cols / 4);
    take(panels.scales, shape.is_super() ? groups : 2 * groups);
    take(panels.minimums, shape.is_super() ? 0 : groups);
    take(panels.starts, spans);
    take(panels.minimum_scales, spans);
    take(panels.minimum_pairs, shape.is_super() ? groups / 2 : 0);
    prepared = scratch;
  }
};

} // namespace outpost::kernels::simd
