// TQ1_0: 48 bytes of five ternary digits, 4 bytes of four, half d. 256 weights d * (code - 1) in 54
// bytes. A byte is the digits' base-3 number scaled to 256 (rounded up), so that multiplying by 3
// makes the next digit overflow out of the top (llama.cpp, pull request 8151).
#include "quant/decode.h"

namespace outpost::quant {
namespace {

// Digits of `count` bytes, `digits` each: the first digit of all bytes, then the second, ...
std::size_t split_digits(const std::byte* bytes, std::size_t count, std::size_t digits,
                         std::size_t k, SplitBlock& out) {
  std::uint32_t power = 1;
  for (std::size_t digit = 0; digit < digits; ++digit, power *= 3)
    for (std::size_t i = 0; i < count; ++i)
      out.codes[k++] = static_cast<std::uint8_t>((load_u8(bytes + i) * power % 256) * 3 / 256);
  return k;
}

void split_tq1_0(const std::byte* block, SplitBlock& out) {
  std::size_t k = split_digits(block, 32, 5, 0, out);
  k = split_digits(block + 32, 16, 5, k, out);
  split_digits(block + 48, 4, 4, k, out);
  out.scale_half = load_u16(block + 52);
}

} // namespace

extern const BlockFormat kTQ1_0;
constinit const BlockFormat kTQ1_0 =
    quantised_format<Encoding::kTernary, 256, 54, &split_tq1_0>(34, "TQ1_0");

} // namespace outpost::quant
