// The last part of LayerPass: residual rows to logits.
#include "models/layer_pass.h"

namespace outpost::models {

void LayerPass::head(std::uint32_t count) const {
  const Weights& w = context_.model.weights;
  const Workspace& in = lane_.inputs();
  const Block rows = lane_.rows_of(count);
  for (std::uint32_t i = rows.begin; i < rows.end; ++i) {
    kernels_.rows.rms_norm(lane_.residual(context_.buffers.logits_rows[i]), w.output_norm,
                           config_.width, config_.norm_epsilon, in.input + i * config_.width);
  }
  const Input input = prepare(count, in.input, config_.width, nullptr, w.output);
  lane_.after_rows();
  multiply(w.output, input, count, context_.buffers.logits, config_.vocabulary_size);
  if (config_.logits_soft_cap == 0) return;
  lane_.after_shared();
  const Block capped = lane_.share_of(count);
  for (std::uint32_t i = capped.begin; i < capped.end; ++i) {
    kernels_.rows.soft_cap(context_.buffers.logits + std::size_t{i} * config_.vocabulary_size,
                           config_.logits_soft_cap, config_.vocabulary_size);
  }
}

} // namespace outpost::models
