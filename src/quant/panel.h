// Panels: the layout every kernel reads. 16 weight rows are interleaved so that one 64-byte vector
// holds 4 consecutive k of each row ("P16k4"): a single dot instruction with a broadcast of 4
// activations advances 16 outputs. AVX-512 reads it as one vector, AVX2 as two of 8 rows, NEON as
// four of 4: one packed form for all. A panel is a row of blocks, each with its scales before its
// codes and a whole number of cache lines (encoding.h); reading a panel is one forward stream.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "quant/format.h"

namespace outpost::quant {

inline constexpr std::uint32_t kPanelRows = 16;
// Columns of a matrix at most that are multiplied in float, beside the others.
inline constexpr std::uint32_t kOutliersMax = 4;

// A weight matrix [rows][cols] in panels: panel p holds rows 16p .. 16p+15 (missing rows are zero),
// panel_bytes each, one after the other, 64-byte aligned. cols is padded with zero weights to
// cols_padded. Does not own the bytes.
struct PackedMatrix {
  Encoding encoding = Encoding::kF32;
  std::uint32_t rows = 0;
  std::uint32_t cols = 0;
  std::uint32_t cols_padded = 0;
  std::size_t panel_bytes = 0;
  const std::byte* data = nullptr;
  // [panels][kOutliersMax][16 rows]: the outlier columns decoded to float, or nullptr. 64-byte
  // aligned.
  const float* outliers = nullptr;

  // Those of panel `index`, or nullptr.
  [[nodiscard]] const float* panel_outliers(std::uint32_t index) const {
    if (outliers == nullptr) return nullptr;
    return outliers + std::size_t{index} * kOutliersMax * kPanelRows;
  }
  [[nodiscard]] std::uint32_t panel_count() const { return (rows + kPanelRows - 1) / kPanelRows; }
  [[nodiscard]] const std::byte* panel(std::uint32_t index) const {
    return data + index * panel_bytes;
  }
};

// What packing [rows][cols] in this encoding takes.
struct PanelPlan {
  std::uint32_t cols_padded = 0;
  std::size_t panel_bytes = 0;
  std::size_t total_bytes = 0;
};
PanelPlan plan_panels(Encoding encoding, std::uint32_t rows, std::uint32_t cols);

// A number that changes with how any format is packed: for files that keep packed weights. Packs a
// sample of each, about a millisecond.
std::uint64_t panel_layout_fingerprint();

// Packs rows of panels [panel_begin, panel_end) of `source` (rows * cols weights in `format`, row
// after row) into `out` (the whole matrix, plan.total_bytes). Panels are independent, so workers
// may share the work. REQUIRES: cols % format.block_values == 0 and the sizes fit; the loader
// checked.
void pack_panels(const BlockFormat& format, std::span<const std::byte> source, std::uint32_t rows,
                 std::uint32_t cols, std::uint32_t panel_begin, std::uint32_t panel_end,
                 std::span<std::byte> out);

} // namespace outpost::quant
