#include "quant/panel_block.h"

#include <cstring>

#include "quant/half.h"

namespace outpost::quant {
namespace {

std::uint8_t u8_at(const std::byte* bytes, std::size_t index) {
  return std::to_integer<std::uint8_t>(bytes[index]);
}

float half_at(const std::byte* bytes, std::size_t index) {
  std::uint16_t half = 0;
  std::memcpy(&half, bytes + 2 * index, sizeof(half));
  return half_to_float(half);
}

float float_at(const std::byte* bytes, std::size_t index) {
  float value = 0;
  std::memcpy(&value, bytes + 4 * index, sizeof(value));
  return value;
}

std::uint32_t code_in_plane(const std::byte* plane, std::uint32_t bits, std::uint32_t k,
                            std::uint32_t row) {
  const CodePlace place = code_place(k, bits);
  const std::uint32_t byte = u8_at(plane, std::size_t{place.vector} * 64 + row * 4 + k % 4);
  return byte >> place.shift & ((1U << bits) - 1);
}

// Sub-scale of group g in 6 bits: groups 4 and above (kSub6Min) are spread over two lines.
int sub6_min_scale(const std::byte* lines, std::uint32_t g, std::uint32_t row) {
  if (g < 4) return u8_at(lines, g * 16 + row) & 63;
  const std::size_t at = (g - 4) * 16 + row;
  return u8_at(lines, at) >> 6 | (u8_at(lines, at + 128) & 15) << 2;
}

int sub6_minimum(const std::byte* lines, std::uint32_t g, std::uint32_t row) {
  if (g < 4) return u8_at(lines, 64 + g * 16 + row) & 63;
  const std::size_t at = (g - 4) * 16 + row;
  return u8_at(lines, at + 64) >> 6 | (u8_at(lines, at + 128) >> 4) << 2;
}

int sub6_signed_scale(const std::byte* lines, std::uint32_t g, std::uint32_t row) {
  if (g < 12) return (u8_at(lines, g * 16 + row) & 63) - 32;
  const std::size_t at = (g - 12) * 16 + row;
  return (u8_at(lines, at) >> 6 | u8_at(lines, at + 64) >> 6 << 2 |
          u8_at(lines, at + 128) >> 6 << 4) -
         32;
}

// What unpacks to scale and to minimum = minimum_scale * sub_minimum of a group of one row.
struct GroupScale {
  float scale;
  float minimum_scale = 0;
  int sub_minimum = 1;
  [[nodiscard]] float minimum() const { return minimum_scale * static_cast<float>(sub_minimum); }
};

// Scale and minimum of group g of one row, from the head of a block (encoding.h has the layouts).
GroupScale group_scale(ScaleLayout layout, const std::byte* head, std::uint32_t g,
                       std::uint32_t row) {
  const std::byte* lines = head + 64;
  const auto sub = [&](int value) { return static_cast<float>(value); };
  switch (layout) {
  case ScaleLayout::kNone: break;
  case ScaleLayout::kHalves:
  case ScaleLayout::kHalvesLevels: return {half_at(head, g * 16 + row)};
  case ScaleLayout::kHalvesMin: return {half_at(head, g * 16 + row), half_at(lines, g * 16 + row)};
  case ScaleLayout::kOne: return {float_at(head, row)};
  case ScaleLayout::kSub4Min:
    return {half_at(head, row) * sub(u8_at(lines, g * 16 + row) & 15), half_at(head, 16 + row),
            u8_at(lines, g * 16 + row) >> 4};
  case ScaleLayout::kSub6Min:
    return {half_at(head, row) * sub(sub6_min_scale(lines, g, row)), half_at(head, 16 + row),
            sub6_minimum(lines, g, row)};
  case ScaleLayout::kSub6Signed:
    return {float_at(head, row) * sub(sub6_signed_scale(lines, g, row))};
  case ScaleLayout::kSub8Signed:
    return {float_at(head, row) * sub(static_cast<std::int8_t>(u8_at(lines, g * 16 + row)))};
  }
  return {0};
}

std::uint32_t stored_code(const EncodingShape& shape, const std::byte* block, std::uint32_t k,
                          std::uint32_t row) {
  const std::byte* low = block + shape.scale_bytes();
  std::uint32_t code = code_in_plane(low, shape.low_bits, k, row);
  if (shape.high_bits != 0)
    code |= code_in_plane(low + shape.low_bytes(), shape.high_bits, k, row) << shape.low_bits;
  if (shape.has_levels()) {
    const std::size_t group = std::size_t{k} / shape.group * 16 + row;
    return u8_at(block, 64 + group) * code + u8_at(block, 96 + group);
  }
  return shape.is_table ? kTableValues[code] : code;
}

float float_weight(Encoding encoding, const std::byte* panel, std::uint32_t k, std::uint32_t row) {
  if (encoding == Encoding::kF32) return float_at(panel, std::size_t{k} * kPanelRows + row);
  if (encoding == Encoding::kF16) return half_at(panel, std::size_t{k} * kPanelRows + row);
  std::uint16_t bits = 0;
  const std::size_t at = (std::size_t{k} / 2 * kPanelRows + row) * 2 + k % 2;
  std::memcpy(&bits, panel + 2 * at, sizeof(bits));
  return bf16_to_float(bits);
}

} // namespace

void unpack_block(Encoding encoding, const std::byte* block, PanelBlock& out) {
  const EncodingShape& shape = shape_of(encoding);
  for (std::uint32_t g = 0; g < shape.groups(); ++g)
    for (std::uint32_t row = 0; row < kPanelRows; ++row) {
      const GroupScale group = group_scale(shape.scales, block, g, row);
      out.scales[g][row] = group.scale;
      out.minimums[g][row] = group.minimum();
      out.sub_minimums[g][row] = static_cast<std::uint8_t>(group.sub_minimum);
      out.minimum_scale[row] = group.minimum_scale;
    }
  for (std::uint32_t k = 0; k < shape.cols; ++k)
    for (std::uint32_t row = 0; row < kPanelRows; ++row)
      out.codes[k][row] = static_cast<std::uint8_t>(stored_code(shape, block, k, row));
}

void decode_panel_row(Encoding encoding, const std::byte* panel, std::uint32_t row,
                      std::uint32_t col_begin, std::uint32_t col_end, float* out) {
  const EncodingShape& shape = shape_of(encoding);
  if (shape.is_float()) {
    for (std::uint32_t k = col_begin; k < col_end; ++k)
      *out++ = float_weight(encoding, panel, k, row);
    return;
  }
  GroupScale group{0};
  for (std::uint32_t k = col_begin; k < col_end; ++k) {
    const std::byte* block = panel + std::size_t{k} / shape.cols * shape.bytes();
    const std::uint32_t in_block = k % shape.cols;
    if (in_block % shape.group == 0 || k == col_begin)
      group = group_scale(shape.scales, block, in_block / shape.group, row);
    const auto code = static_cast<int>(stored_code(shape, block, in_block, row));
    *out++ =
        group.scale * static_cast<float>(code - static_cast<int>(shape.offset)) - group.minimum();
  }
}

} // namespace outpost::quant
