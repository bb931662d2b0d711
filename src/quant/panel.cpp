#include "quant/panel.h"

#include <array>
#include <cstring>

#include "quant/decode.h"
#include "quant/half.h"
#include "quant/levels.h"

namespace outpost::quant {
namespace {

// The part of one weight row that goes into one block of a panel: one split block of 256, or two
// of 32. All zero (scale included) where the row or the column does not exist.
using RowPart = std::array<SplitBlock, 2>;
using RowParts = std::array<RowPart, kPanelRows>;

std::uint8_t& byte_at(std::byte* bytes, std::size_t index) {
  return reinterpret_cast<std::uint8_t*>(bytes)[index];
}

void store_half(std::byte* bytes, std::size_t index, std::uint16_t half) {
  std::memcpy(bytes + 2 * index, &half, sizeof(half));
}

void store_float(std::byte* bytes, std::size_t index, float value) {
  std::memcpy(bytes + 4 * index, &value, sizeof(value));
}

// Stores bits [from_bit, from_bit + bits) of every code as one plane.
void pack_plane(const RowParts& rows, const EncodingShape& shape, std::uint32_t bits,
                std::uint32_t from_bit, std::byte* plane) {
  const std::uint32_t part_values = shape.cols == 64 ? 32 : 256;
  const std::uint32_t mask = (1U << bits) - 1;
  for (std::uint32_t k = 0; k < shape.cols; k += 4) {
    const CodePlace place = code_place(k, bits);
    for (std::uint32_t row = 0; row < kPanelRows; ++row) {
      const std::uint8_t* codes = &rows[row][k / part_values].codes[k % part_values];
      std::uint8_t* out = &byte_at(plane, std::size_t{place.vector} * 64 + row * 4);
      for (std::uint32_t i = 0; i < 4; ++i)
        out[i] = static_cast<std::uint8_t>(out[i] | (codes[i] >> from_bit & mask) << place.shift);
    }
  }
}

void pack_sub4_min(const SplitBlock& part, std::uint32_t row, std::byte* lines) {
  for (std::uint32_t g = 0; g < 16; ++g)
    byte_at(lines, g * 16 + row) =
        static_cast<std::uint8_t>(part.sub_scales[g] | part.sub_minimums[g] << 4);
}

void pack_sub6_min(const SplitBlock& part, std::uint32_t row, std::byte* lines) {
  for (std::uint32_t g = 0; g < 4; ++g) {
    const int scale = part.sub_scales[g + 4];
    const int minimum = part.sub_minimums[g + 4];
    const std::uint32_t at = g * 16 + row;
    byte_at(lines, at) = static_cast<std::uint8_t>(part.sub_scales[g] | (scale & 3) << 6);
    byte_at(lines, at + 64) = static_cast<std::uint8_t>(part.sub_minimums[g] | (minimum & 3) << 6);
    byte_at(lines, at + 128) = static_cast<std::uint8_t>(scale >> 2 | (minimum >> 2) << 4);
  }
}

void pack_sub6_signed(const SplitBlock& part, std::uint32_t row, std::byte* lines) {
  for (std::uint32_t g = 0; g < 4; ++g)
    for (std::uint32_t line = 0; line < 3; ++line) {
      const int low = part.sub_scales[line * 4 + g] + 32;
      const int spread = (part.sub_scales[12 + g] + 32) >> (2 * line) & 3;
      byte_at(lines, line * 64 + g * 16 + row) = static_cast<std::uint8_t>(low | spread << 6);
    }
}

void pack_sub8_signed(const SplitBlock& part, std::uint32_t row, std::byte* lines) {
  for (std::uint32_t g = 0; g < 16; ++g)
    byte_at(lines, g * 16 + row) = static_cast<std::uint8_t>(part.sub_scales[g]);
}

void pack_levels(const RowPart& part, std::uint32_t code_max, std::uint32_t row, std::byte* out) {
  for (std::uint32_t g = 0; g < 2; ++g) {
    const GroupLevels levels = levels_of(half_to_float(part[g].scale_half),
                                         -half_to_float(part[g].minimum_half), code_max);
    store_half(out, g * 16 + row, levels.scale_half);
    byte_at(out, 64 + g * 16 + row) = levels.step;
    byte_at(out, 96 + g * 16 + row) = levels.origin;
  }
}

void pack_scales(const RowPart& part, const EncodingShape& shape, std::uint32_t row,
                 std::byte* out) {
  const ScaleLayout layout = shape.scales;
  const std::uint32_t code_max = (1U << (shape.low_bits + shape.high_bits)) - 1;
  switch (layout) {
  case ScaleLayout::kNone: return;
  case ScaleLayout::kHalves:
  case ScaleLayout::kHalvesMin:
    for (std::uint32_t g = 0; g < 2; ++g) {
      store_half(out, g * 16 + row, part[g].scale_half);
      if (layout == ScaleLayout::kHalvesMin)
        store_half(out, 32 + g * 16 + row, part[g].minimum_half);
    }
    return;
  case ScaleLayout::kHalvesLevels: return pack_levels(part, code_max, row, out);
  case ScaleLayout::kSub4Min:
  case ScaleLayout::kSub6Min:
    store_half(out, row, part[0].scale_half);
    store_half(out, 16 + row, part[0].minimum_half);
    if (layout == ScaleLayout::kSub4Min) return pack_sub4_min(part[0], row, out + 64);
    return pack_sub6_min(part[0], row, out + 64);
  case ScaleLayout::kOne:
  case ScaleLayout::kSub6Signed:
  case ScaleLayout::kSub8Signed:
    store_float(out, row, half_to_float(part[0].scale_half));
    if (layout == ScaleLayout::kSub6Signed) return pack_sub6_signed(part[0], row, out + 64);
    if (layout == ScaleLayout::kSub8Signed) return pack_sub8_signed(part[0], row, out + 64);
    return;
  }
}

void split_row(const BlockFormat& format, const std::byte* row, std::uint32_t col,
               std::uint32_t cols, RowPart& out) {
  const std::uint32_t parts = shape_of(format.encoding).cols / format.block_values;
  for (std::uint32_t i = 0; i < parts; ++i, col += format.block_values) {
    if (row != nullptr && col < cols)
      format.split(row + std::size_t{col} / format.block_values * format.block_bytes, out[i]);
    else
      out[i] = SplitBlock{};
  }
}

struct Source {
  const BlockFormat& format;
  const std::byte* bytes;
  std::uint32_t rows, cols;

  // nullptr for the rows that pad the last panel.
  [[nodiscard]] const std::byte* row(std::uint32_t index) const {
    const std::size_t row_bytes = std::size_t{cols} / format.block_values * format.block_bytes;
    return index < rows ? bytes + index * row_bytes : nullptr;
  }
};

void pack_quantised_panel(const Source& source, std::uint32_t first_row, std::byte* out) {
  const EncodingShape& shape = shape_of(source.format.encoding);
  RowParts rows{};
  for (std::uint32_t col = 0; col < source.cols; col += shape.cols, out += shape.bytes()) {
    std::memset(out, 0, shape.bytes());
    for (std::uint32_t row = 0; row < kPanelRows; ++row) {
      split_row(source.format, source.row(first_row + row), col, source.cols, rows[row]);
      pack_scales(rows[row], shape, row, out);
    }
    std::byte* low = out + shape.scale_bytes();
    pack_plane(rows, shape, shape.low_bits, 0, low);
    if (shape.high_bits != 0)
      pack_plane(rows, shape, shape.high_bits, shape.low_bits, low + shape.low_bytes());
  }
}

// F32 and F16 [cols][16], BF16 [cols / 2][16][2].
void pack_float_panel(const Source& source, std::uint32_t first_row, std::size_t panel_bytes,
                      std::byte* out) {
  const std::size_t width = source.format.block_bytes;
  const std::size_t pairs = source.format.encoding == Encoding::kBF16 ? 2 : 1;
  std::memset(out, 0, panel_bytes);
  for (std::uint32_t row = 0; row < kPanelRows; ++row) {
    const std::byte* in = source.row(first_row + row);
    if (in == nullptr) return;
    for (std::size_t k = 0; k < source.cols; ++k) {
      const std::size_t at = (k / pairs * kPanelRows + row) * pairs + k % pairs;
      std::memcpy(out + at * width, in + k * width, width);
    }
  }
}

} // namespace

PanelPlan plan_panels(Encoding encoding, std::uint32_t rows, std::uint32_t cols) {
  const EncodingShape& shape = shape_of(encoding);
  const std::uint32_t blocks = (cols + shape.cols - 1) / shape.cols;
  const std::size_t panels = (std::size_t{rows} + kPanelRows - 1) / kPanelRows;
  const std::size_t panel_bytes = std::size_t{blocks} * shape.bytes();
  return {blocks * shape.cols, panel_bytes, panels * panel_bytes};
}

void pack_panels(const BlockFormat& format, std::span<const std::byte> source, std::uint32_t rows,
                 std::uint32_t cols, std::uint32_t panel_begin, std::uint32_t panel_end,
                 std::span<std::byte> out) {
  const PanelPlan plan = plan_panels(format.encoding, rows, cols);
  const Source matrix{format, source.data(), rows, cols};
  for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
    std::byte* at = out.data() + panel * plan.panel_bytes;
    if (shape_of(format.encoding).is_float())
      pack_float_panel(matrix, panel * kPanelRows, plan.panel_bytes, at);
    else
      pack_quantised_panel(matrix, panel * kPanelRows, at);
  }
}

} // namespace outpost::quant
