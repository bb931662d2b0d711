// The block formats of GGUF: one file each, one row each in the table. A format says how its blocks
// decode (the specification, in plain C++) and how they split into codes, scales and minimums; the
// panel packer and the kernels know only the split form, so a new format is one file and one row.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace outpost::quant {

// The shape of codes in a panel (panel.h). Kernels are instantiated per encoding, not per format:
// formats that differ only in how a file lays out its bits share one.
enum class Encoding : std::uint8_t {
  kF32, kF16, kBF16,
  kQ4Half,      // 4-bit codes, offset 8, one half-precision scale per 32 (Q4_0)
  kQ4HalfMin,   // 4-bit codes, half-precision scale and minimum per 32 (Q4_1)
  kQ4Table,     // 4-bit index into 16 signed bytes, half-precision scale per 32 (IQ4_NL)
  kQ5Half,      // 5-bit codes, offset 16 (Q5_0)
  kQ5HalfMin,   // (Q5_1)
  kQ8Half,      // 8-bit signed codes, half-precision scale per 32 (Q8_0)
  kQ2Sub16,     // 2-bit codes, 4-bit scale and minimum per 16 under two halves per 256 (Q2_K)
  kQ3Sub16,     // 3-bit codes, offset 4, signed 6-bit scale per 16 under one half per 256 (Q3_K)
  kQ4Sub32,     // 4-bit codes, 6-bit scale and minimum per 32 under two halves per 256 (Q4_K)
  kQ5Sub32,     // (Q5_K)
  kQ6Sub16,     // 6-bit codes, offset 32, signed 8-bit scale per 16 under one half per 256 (Q6_K)
  kTernary,     // 2-bit codes 0..2, offset 1, one half per 256 (TQ1_0, TQ2_0)
};

// One block of up to 256 weights, taken apart: weight[i] = scale(i) * (codes[i] - offset) - minimum(i).
// What `scales` and `minimums` hold, and per how many weights, follows from the encoding.
struct SplitBlock {
  std::array<std::uint8_t, 256> codes;
  std::array<std::int8_t, 16> sub_scales;     // Sub encodings only
  std::array<std::uint8_t, 16> sub_minimums;
  std::uint16_t scale_half;                   // IEEE half bits, as the file has them
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

}  // namespace outpost::quant
