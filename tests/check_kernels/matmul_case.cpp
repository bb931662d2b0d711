#include "matmul_case.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <new>

namespace outpost::check_kernels {
namespace {

using quant::BlockFormat;

constexpr std::uint32_t kPoolBlocks = 12;

float largest_weight(const BlockFormat& format, const std::byte* block) {
  float values[256];
  format.decode(block, format.block_values, values);
  float largest = 0;
  for (std::uint32_t i = 0; i < format.block_values; ++i) {
    if (!std::isfinite(values[i])) return std::numeric_limits<float>::infinity();
    largest = std::fmax(largest, std::fabs(values[i]));
  }
  return largest;
}

void fill_block(const BlockFormat& format, WeightKind kind, Random& random, std::byte* block) {
  if (kind == WeightKind::kZero) {
    std::memset(block, 0, format.block_bytes);
    return;
  }
  const float limit = kind == WeightKind::kOrdinary ? 30.0F
                      : kind == WeightKind::kTiny   ? 1e-3F
                                                    : std::numeric_limits<float>::max();
  // Bytes are drawn until the weights suit: where the scales lie is the format's business.
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto one = static_cast<std::byte>(random.next_below(256));
    for (std::uint32_t i = 0; i < format.block_bytes; ++i)
      block[i] =
          kind == WeightKind::kOneByte ? one : static_cast<std::byte>(random.next_below(256));
    if (largest_weight(format, block) <= limit) return;
  }
  std::memset(block, 0, format.block_bytes);
}

} // namespace

Weights::Weights(const BlockFormat& block_format, std::uint32_t rows, std::uint32_t cols,
                 WeightKind kind, Random& random)
    : format(block_format),
      source(std::size_t{rows} * cols / block_format.block_values * block_format.block_bytes),
      packed(quant::plan_panels(block_format.encoding, rows, cols).total_bytes) {
  // Drawing a block that suits takes many attempts: a few are drawn, the matrix picks among them.
  std::vector<std::byte> pool(kPoolBlocks * format.block_bytes);
  for (std::uint32_t i = 0; i < kPoolBlocks; ++i)
    fill_block(format, kind, random, pool.data() + std::size_t{i} * format.block_bytes);
  for (std::size_t at = 0; at < source.size(); at += format.block_bytes)
    std::memcpy(source.data() + at,
                pool.data() + std::size_t{random.next_below(kPoolBlocks)} * format.block_bytes,
                format.block_bytes);
  const quant::PanelPlan plan = quant::plan_panels(format.encoding, rows, cols);
  quant::pack_panels(format, source, rows, cols, 0, (rows + 15) / 16,
                     {packed.data(), packed.size()});
  matrix = {format.encoding, rows, cols, plan.cols_padded, plan.panel_bytes, packed.data()};
}

std::vector<float> make_activations(std::uint32_t rows, std::uint32_t cols, ActivationKind kind,
                                    Random& random) {
  std::vector<float> x(std::size_t{rows} * cols);
  for (float& value : x) {
    const auto uniform = static_cast<float>(random.next_double() * 2 - 1);
    const bool rare = random.next_below(97) == 0;
    switch (kind) {
    case ActivationKind::kOrdinary: value = uniform; break;
    case ActivationKind::kSpiky: value = rare ? uniform * 1000 : uniform * uniform * uniform; break;
    case ActivationKind::kExtreme: value = uniform < 0 ? -3.0F : 3.0F; break;
    case ActivationKind::kTiny: value = uniform * 1e-39F; break;
    case ActivationKind::kHuge: value = uniform * 1e30F; break;
    case ActivationKind::kZero: value = rare ? uniform : 0.0F; break;
    case ActivationKind::kBroken:
      value = !rare         ? uniform
              : uniform < 0 ? std::numeric_limits<float>::infinity()
                            : std::numeric_limits<float>::quiet_NaN();
      break;
    }
  }
  return x;
}

QuantizedArrays::QuantizedArrays(std::uint32_t rows, std::uint32_t cols_padded,
                                 const quant::EncodingShape& shape, std::uint32_t group)
    : codes(std::size_t{rows} * cols_padded, std::int8_t{55}),
      scales(std::size_t{rows} * cols_padded / 32, 5.5F),
      sums(std::size_t{rows} * cols_padded / 16, std::int16_t{55}),
      view{codes.data(),     scales.data(),
           sums.data(),      rows,
           cols_padded,      shape.is_super() ? kernels::kWideActivationGroup : group,
           !shape.is_super()} {}

void fill_with_any_codes(QuantizedArrays& rows, Random& random) {
  const bool is_constant = random.next_below(2) == 0;
  const auto constant = static_cast<std::int8_t>(random.next_below(2) == 0 ? -128 : 127);
  for (std::size_t i = 0; i < rows.sums.size(); ++i) {
    int sum = 0;
    for (std::size_t k = i * 16; k < i * 16 + 16; ++k) {
      rows.codes[k] = is_constant ? constant : static_cast<std::int8_t>(random.next_below(256));
      sum += rows.codes[k];
    }
    rows.sums[i] = static_cast<std::int16_t>(sum);
  }
  const auto scale = [&]() -> float {
    if (!rows.view.has_short_scales) return static_cast<float>(random.next_double());
    const int power = static_cast<int>(random.next_below(12)) - 10;
    return std::ldexp(random.next_below(2) == 0 ? 1.0F : 1.5F, power);
  };
  const std::size_t equal = rows.view.group / kernels::kActivationGroup;
  for (std::size_t i = 0; i < rows.scales.size(); ++i)
    rows.scales[i] = i % equal == 0 ? scale() : rows.scales[i - 1];
}

} // namespace outpost::check_kernels
