// Encodings: the shapes in which codes and scales lie in a panel. A format says how a file lays out
// its bits, an encoding how kernels read them; formats that differ only in the file share one.
//
// Everything here is constexpr data, so that the packer, the scalar kernels and every ISA's kernels
// are instances of one description and cannot disagree about it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace outpost::quant {

enum class Encoding : std::uint8_t {
  kF32,
  kF16,
  kBF16,
  kQ4Half,    // 4-bit codes, offset 8, one half-precision scale per 32 (Q4_0)
  kQ4HalfMin, // 4-bit codes, half-precision scale and minimum per 32 (Q4_1)
  kQ4Table,   // 4-bit index into 16 signed bytes, half-precision scale per 32 (IQ4_NL)
  kQ5Half,    // 5-bit codes, offset 16 (Q5_0)
  kQ5HalfMin, // (Q5_1)
  kQ8Half,    // 8-bit codes, offset 128, half-precision scale per 32 (Q8_0)
  kQ2Sub16,   // 2-bit codes, 4-bit scale and minimum per 16 under two halves per 256 (Q2_K)
  kQ3Sub16,   // 3-bit codes, offset 4, signed 6-bit scale per 16 under one half per 256 (Q3_K)
  kQ4Sub32,   // 4-bit codes, 6-bit scale and minimum per 32 under two halves per 256 (Q4_K)
  kQ5Sub32,   // (Q5_K)
  kQ6Sub16,   // 6-bit codes, offset 32, signed 8-bit scale per 16 under one half per 256 (Q6_K)
  kTernary,   // 2-bit codes 0..2, offset 1, one half per 256 (TQ1_0, TQ2_0)
  kQ4Levels,  // 4-bit codes on 256 levels of their group (levels.h; Q4_1)
  kQ5Levels,  // (Q5_1)
};

// How the scales of 16 rows lie at the head of a block, in lines of 64 bytes; `h` is a half, `f` a
// float. Sub-scales that take less than a byte use the bits that are left over of the others.
enum class ScaleLayout : std::uint8_t {
  kNone,         // float weights
  kHalves,       // h scale[2 groups][16 rows]
  kHalvesMin,    // h scale[2][16], h minimum[2][16]
  kHalvesLevels, // h scale[2][16], u8 step[2][16], u8 origin[2][16]
  kOne,          // f scale[16]
  kSub4Min,    // h scale[16], h minimum[16], then u8[16 groups][16]: scale low, minimum high nibble
  kSub6Min,    // h scale[16], h minimum[16], then 3 lines A B C of u8[4 groups][16]; see below
  kSub6Signed, // f scale[16], then 3 lines A B C of u8[4 groups][16]; see below
  kSub8Signed, // f scale[16], then s8[16 groups][16]
};
// kSub6Min, g < 4:    A[g] = scale[g]     | (scale[g + 4] & 3) << 6
//                     B[g] = minimum[g]   | (minimum[g + 4] & 3) << 6
//                     C[g] = scale[g + 4] >> 2 | (minimum[g + 4] >> 2) << 4
// kSub6Signed, g < 4: line i (A, B, C = 0, 1, 2)[g] = s[4i + g] | ((s[12 + g] >> 2i) & 3) << 6,
//                     with s = sub-scale + 32

struct EncodingShape {
  std::uint32_t cols;      // weights of a row in one block of a panel: 64 or 256
  std::uint32_t group;     // weights that share a scale: 32 or 16 (256: equal groups of 32)
  std::uint32_t low_bits;  // bits of a code in the first plane
  std::uint32_t high_bits; // bits of a code in the second plane, above the first
  std::uint32_t offset;    // weight = scale * (code - offset) - minimum
  bool has_minimum;
  bool is_table; // the stored code is an index into kTableValues
  ScaleLayout scales;

  // The stored code is one of so many steps: code = step * stored + origin.
  [[nodiscard]] constexpr bool has_levels() const { return scales == ScaleLayout::kHalvesLevels; }
  [[nodiscard]] constexpr bool is_float() const { return scales == ScaleLayout::kNone; }
  // Scales of groups are small integers under one scale of the block. Activations have one scale
  // for such a block, too.
  [[nodiscard]] constexpr bool is_super() const { return cols == 256; }
  [[nodiscard]] constexpr std::uint32_t groups() const { return cols / group; }
  [[nodiscard]] constexpr std::uint32_t scale_bytes() const {
    switch (scales) {
    case ScaleLayout::kNone: return 0;
    case ScaleLayout::kHalves: return 64;
    case ScaleLayout::kHalvesMin: return 128;
    case ScaleLayout::kHalvesLevels: return 128;
    case ScaleLayout::kOne: return 64;
    case ScaleLayout::kSub4Min: return 64 + 256;
    case ScaleLayout::kSub6Min: return 64 + 192;
    case ScaleLayout::kSub6Signed: return 64 + 192;
    case ScaleLayout::kSub8Signed: return 64 + 256;
    }
    return 0;
  }
  // Bytes of one plane in a block of 16 rows.
  [[nodiscard]] constexpr std::uint32_t low_bytes() const { return 2 * cols * low_bits; }
  [[nodiscard]] constexpr std::uint32_t high_bytes() const { return 2 * cols * high_bits; }
  // Bytes of one block of 16 rows: scales, low plane, high plane. Whole cache lines.
  [[nodiscard]] constexpr std::uint32_t bytes() const {
    return scale_bytes() + low_bytes() + high_bytes();
  }
};

// Float weights lie column after column, 16 rows each: F32 and F16 [cols][16], BF16 [cols /
// 2][16][2] (pairs, as a BF16 dot product wants them). Their `cols` is the unit that a row is
// padded to.
inline constexpr std::array<EncodingShape, 17> kEncodingShapes = {{
    // cols group low high offset min    table  scales
    {2, 0, 32, 0, 0, false, false, ScaleLayout::kNone},            // kF32
    {2, 0, 16, 0, 0, false, false, ScaleLayout::kNone},            // kF16
    {2, 0, 16, 0, 0, false, false, ScaleLayout::kNone},            // kBF16
    {64, 32, 4, 0, 8, false, false, ScaleLayout::kHalves},         // kQ4Half
    {64, 32, 4, 0, 0, true, false, ScaleLayout::kHalvesMin},       // kQ4HalfMin
    {64, 32, 4, 0, 128, false, true, ScaleLayout::kHalves},        // kQ4Table
    {64, 32, 4, 1, 16, false, false, ScaleLayout::kHalves},        // kQ5Half
    {64, 32, 4, 1, 0, true, false, ScaleLayout::kHalvesMin},       // kQ5HalfMin
    {64, 32, 8, 0, 128, false, false, ScaleLayout::kHalves},       // kQ8Half
    {256, 16, 2, 0, 0, true, false, ScaleLayout::kSub4Min},        // kQ2Sub16
    {256, 16, 2, 1, 4, false, false, ScaleLayout::kSub6Signed},    // kQ3Sub16
    {256, 32, 4, 0, 0, true, false, ScaleLayout::kSub6Min},        // kQ4Sub32
    {256, 32, 4, 1, 0, true, false, ScaleLayout::kSub6Min},        // kQ5Sub32
    {256, 16, 4, 2, 32, false, false, ScaleLayout::kSub8Signed},   // kQ6Sub16
    {256, 32, 2, 0, 1, false, false, ScaleLayout::kOne},           // kTernary
    {64, 32, 4, 0, 128, false, false, ScaleLayout::kHalvesLevels}, // kQ4Levels
    {64, 32, 4, 1, 128, false, false, ScaleLayout::kHalvesLevels}, // kQ5Levels
}};

constexpr const EncodingShape& shape_of(Encoding encoding) {
  return kEncodingShapes[static_cast<std::size_t>(encoding)];
}

// What the index of a table encoding stands for, plus 128 (as a code of offset 128): the levels
// -127 .. 113 of IQ4_NL, a fixed non-uniform 4-bit quantiser (llama.cpp, pull request 5590).
inline constexpr std::array<std::uint8_t, 16> kTableValues = {
    1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241};

// Where the code of column k lies inside a plane of `bits` per code: k runs in chunks of 64; in a
// chunk, k-groups of 4 (one vector of 16 rows x 4 bytes each) are folded over each other so that
// unpacking is one shift and one mask, never a permutation.
struct CodePlace {
  std::uint32_t vector; // 64-byte vector of the plane; byte 4 * row + k % 4 in it
  std::uint32_t shift;
};
constexpr CodePlace code_place(std::uint32_t k, std::uint32_t bits) {
  const std::uint32_t vectors = 2 * bits; // per chunk
  const std::uint32_t k_group = k % 64 / 4;
  return {k / 64 * vectors + k_group % vectors, bits * (k_group / vectors)};
}

} // namespace outpost::quant
