#include "quant/format.h"

#include <array>

namespace outpost::quant {

// One file each. Defined as constinit there, so they may be read at any time.
extern const BlockFormat kF32, kF16, kBF16, kQ4_0, kQ4_1, kQ5_0, kQ5_1, kQ8_0, kQ2K, kQ3K, kQ4K,
    kQ5K, kQ6K, kTQ1_0, kTQ2_0, kIQ4_NL;

std::span<const BlockFormat> all_formats() {
  static const auto formats = std::to_array<BlockFormat>({
      kF32,
      kF16,
      kBF16,
      kQ4_0,
      kQ4_1,
      kQ5_0,
      kQ5_1,
      kQ8_0,
      kQ2K,
      kQ3K,
      kQ4K,
      kQ5K,
      kQ6K,
      kTQ1_0,
      kTQ2_0,
      kIQ4_NL,
  });
  return formats;
}

const BlockFormat* find_format(std::uint32_t gguf_type) {
  for (const BlockFormat& format : all_formats())
    if (format.gguf_type == gguf_type) return &format;
  return nullptr;
}

const BlockFormat* find_format(std::string_view name) {
  for (const BlockFormat& format : all_formats())
    if (format.name == name) return &format;
  return nullptr;
}

} // namespace outpost::quant
