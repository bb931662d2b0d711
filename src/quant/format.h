// The block formats of GGUF: one file each, one row each in the table. A format says how its blocks
// decode (the specification, in plain C++) and how they split into codes, scales and minimums; the
// panel packer and the kernels know only the split form, so a new format is one file and one row.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "quant/encoding.h"

namespace outpost::quant {

// One block of up to 256 weights, taken apart: weight[i] = scale(i) * (codes[i] - offset) -
// minimum(i). What `scales` and `minimums` hold, and per how many weights, follows from the
// encoding.
struct SplitBlock {
  std::array<std::uint8_t, 256> codes;
  std::array<std::int8_t, 16> sub_scales; // Sub encodings only
  std::array<std::uint8_t, 16> sub_minimums;
  std::uint16_t scale_half; // IEEE half bits, as the file has them
  std::uint16_t minimum_half;
};

struct BlockFormat {
  std::uint32_t gguf_type;
  std::string_view name;
  std::uint32_t block_values;
  std::uint32_t block_bytes;
  Encoding encoding;
  // The specification: `count` weights (whole blocks) as float.
  void (*decode)(const std::byte* blocks, std::size_t count, float* out);
  // One block taken apart. nullptr for the float formats, which are packed as they are.
  void (*split)(const std::byte* block, SplitBlock& out);
};

// nullptr when the type is none of ours.
const BlockFormat* find_format(std::uint32_t gguf_type);
const BlockFormat* find_format(std::string_view name);
std::span<const BlockFormat> all_formats();

} // namespace outpost::quant
