#include "quant/decode.h"

#include "quant/half.h"

namespace outpost::quant {

float split_weight(const SplitBlock& block, const EncodingShape& shape, std::uint32_t k) {
  float scale = half_to_float(block.scale_half);
  float minimum = shape.has_minimum ? half_to_float(block.minimum_half) : 0.0F;
  const bool has_sub_scales = shape.scales != ScaleLayout::kHalves &&
                              shape.scales != ScaleLayout::kHalvesMin &&
                              shape.scales != ScaleLayout::kOne;
  if (has_sub_scales) {
    scale *= static_cast<float>(block.sub_scales[k / shape.group]);
    minimum *= static_cast<float>(block.sub_minimums[k / shape.group]);
  }
  const int code = shape.is_table ? kTableValues[block.codes[k]] : block.codes[k];
  return scale * static_cast<float>(code - static_cast<int>(shape.offset)) - minimum;
}

} // namespace outpost::quant
