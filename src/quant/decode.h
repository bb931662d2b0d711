// One block format = how its bits split into codes, scales and minimums. The rest is common:
//   weight = scale * (code - offset) - minimum
// in float. The products scale * sub_scale * (code - offset) and minimum * sub_minimum have at most
// 24 significant bits in every format, so only the subtraction rounds and the result does not
// depend on how an implementation groups the arithmetic.
#pragma once
#include <cstddef>
#include <cstring>

#include "quant/format.h"

namespace outpost::quant {

// Weight `k` (< 256) of a block taken apart.
float split_weight(const SplitBlock& block, const EncodingShape& shape, std::uint32_t k);

// BlockFormat::decode of a quantised format.
template <Encoding kEncoding, std::uint32_t kValues, std::uint32_t kBytes,
          void (*kSplit)(const std::byte*, SplitBlock&)>
void decode_blocks(const std::byte* blocks, std::size_t count, float* out) {
  SplitBlock split{};
  for (std::size_t done = 0; done < count; done += kValues, blocks += kBytes) {
    kSplit(blocks, split);
    for (std::uint32_t k = 0; k < kValues; ++k)
      out[done + k] = split_weight(split, shape_of(kEncoding), k);
  }
}

// The row of the table for a quantised format.
template <Encoding kEncoding, std::uint32_t kValues, std::uint32_t kBytes,
          void (*kSplit)(const std::byte*, SplitBlock&)>
constexpr BlockFormat quantised_format(std::uint32_t gguf_type, std::string_view name) {
  return {gguf_type, name,      kValues,
          kBytes,    kEncoding, &decode_blocks<kEncoding, kValues, kBytes, kSplit>,
          kSplit};
}

// Bytes of a file are read through these: they may lie at any address. GGUF is little-endian.
inline std::uint8_t load_u8(const std::byte* at) { return std::to_integer<std::uint8_t>(*at); }
inline std::uint16_t load_u16(const std::byte* at) {
  return static_cast<std::uint16_t>(load_u8(at) | load_u8(at + 1) << 8);
}
inline std::uint32_t load_u32(const std::byte* at) {
  return load_u16(at) | static_cast<std::uint32_t>(load_u16(at + 2)) << 16;
}

} // namespace outpost::quant
