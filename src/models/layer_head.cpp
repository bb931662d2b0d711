// The last part of LayerPass: residual rows to logits.
#include <algorithm>

#include "models/layer_pass.h"

namespace outpost::models {

namespace {

// `rows` of `from`, behind which `to` begins: a view of the second half of refined codes.
kernels::QuantizedRows rows_after(const kernels::QuantizedRows& from, std::size_t rows) {
  kernels::QuantizedRows to = from;
  to.codes += rows * from.cols_padded;
  to.scales += rows * from.cols_padded / kernels::kActivationGroup;
  to.sums += rows * from.cols_padded / 16;
  return to;
}

} // namespace

void LayerPass::head(std::uint32_t count) const {
  const Weights& w = context_.model.weights;
  const Workspace& in = lane_.inputs();
  const Block rows = lane_.rows_of(count);
  for (std::uint32_t i = rows.begin; i < rows.end; ++i) {
    kernels_.rows.rms_norm(lane_.residual(context_.buffers.logits_rows[i]), w.output_norm,
                           config_.width, config_.norm_epsilon, in.input + i * config_.width);
  }
  if (w.output.is_refined) {
    refined_head(count);
  } else {
    const Input input = prepare(count, in.input, config_.width, nullptr, w.output);
    lane_.after_rows();
    multiply(w.output, input, count, context_.buffers.logits, config_.vocabulary_size);
  }
  if (config_.logits_soft_cap == 0) return;
  lane_.after_shared();
  const Block capped = lane_.share_of(count);
  for (std::uint32_t i = capped.begin; i < capped.end; ++i) {
    kernels_.rows.soft_cap(context_.buffers.logits + std::size_t{i} * config_.vocabulary_size,
                           config_.logits_soft_cap, config_.vocabulary_size);
  }
}

// Rows of in.input to codes of their values and of what rounding left of these.
void LayerPass::quantize_refined(std::uint32_t count) const {
  const Workspace& in = lane_.inputs();
  const std::size_t width = config_.width;
  const kernels::QuantizedRows values =
      context_.model.weights.output.codes_in(in.refined_codes, count);
  const kernels::QuantizedRows remainders = rows_after(values, count);
  const Block rows = lane_.rows_of(count);
  const auto quantize = kernels_.matmul.quantize_rows;
  quantize(in.input, width, config_.width, rows.begin, rows.end, values);
  for (std::size_t r = rows.begin; r < rows.end; ++r) {
    const std::int8_t* codes = values.codes + r * values.cols_padded;
    const float* scales = values.scales + r * values.cols_padded / kernels::kActivationGroup;
    for (std::size_t k = 0; k < width; ++k) {
      in.input[r * width + k] -= scales[k / kernels::kActivationGroup] * codes[k];
    }
  }
  quantize(in.input, width, config_.width, rows.begin, rows.end, remainders);
}

// A slice of the vocabulary at a time: the products of values and of remainders, and their sum.
void LayerPass::refined_head(std::uint32_t count) const {
  constexpr std::uint32_t kSlicePanels = kRefinedSliceRows / quant::kPanelRows;
  const MatrixGroup& group = context_.model.weights.output;
  quantize_refined(count);
  lane_.after_rows();
  const Input input{nullptr, 0, group.codes_in(lane_.inputs().refined_codes, 2 * count)};
  const quant::PackedMatrix& whole = group.members[0].packed;
  const Block mine = lane_.share_of(group.panel_count);
  for (std::uint32_t begin = mine.begin; begin < mine.end; begin += kSlicePanels) {
    const std::uint32_t panels = std::min(kSlicePanels, mine.end - begin);
    const std::uint32_t first = begin * quant::kPanelRows;
    const std::uint32_t size = std::min(panels * quant::kPanelRows, whole.rows - first);
    Matrix slice = group.members[0];
    slice.packed.data = whole.panel(begin);
    slice.packed.rows = size;
    float* products = lane_.own->refined_logits;
    multiply_part(slice, {0, panels}, input, 2 * count, products, kRefinedSliceRows);
    for (std::size_t r = 0; r < count; ++r) {
      const float* values = products + r * kRefinedSliceRows;
      const float* remainders = values + count * std::size_t{kRefinedSliceRows};
      float* out = context_.buffers.logits + r * config_.vocabulary_size + first;
      std::copy_n(values, size, out);
      kernels_.rows.add(out, remainders, size);
    }
  }
}

} // namespace outpost::models
