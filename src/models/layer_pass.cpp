#include "models/layer_pass.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace outpost::models {

Lane::Lane(const PassContext& context, const StepPlan& plan, unsigned worker)
    : own(&context.buffers.workspaces[worker]),
      shared(plan.sharing == Sharing::kBlocks ? own : &context.buffers.workspaces[0]), plan_(plan),
      workers_(context.workers), taken_(context.taken), worker_(worker),
      residual_(plan.sharing == Sharing::kReplicated ? own->residual : context.buffers.residual),
      width_(context.model.config.width) {}

const Workspace& Lane::inputs() const {
  return plan_.sharing == Sharing::kReplicated ? *own : *shared;
}

Block Lane::share_of(std::uint32_t count) const {
  if (plan_.sharing == Sharing::kBlocks) return {0, count};
  const auto share = workers_.share(count, worker_);
  return {static_cast<std::uint32_t>(share.begin), static_cast<std::uint32_t>(share.end)};
}

Block Lane::rows_of(std::uint32_t count) const {
  return plan_.sharing == Sharing::kReplicated ? Block{0, count} : share_of(count);
}

void Lane::after_rows() const {
  if (plan_.sharing == Sharing::kPanels) workers_.barrier(worker_);
}

void Lane::after_shared() const {
  if (plan_.sharing != Sharing::kBlocks) workers_.barrier(worker_);
}

GateKernel gate_kernel(const ModelParts& model) {
  const kernels::RowKernels& rows = model.kernels.rows;
  switch (model.config.activation) {
  case Activation::kSilu: return rows.silu_gate;
  case Activation::kGeluTanh: return model.precise ? rows.gelu_half_gate : rows.gelu_gate;
  case Activation::kRelu2: return rows.relu2_gate;
  }
  return rows.silu_gate;
}

void LayerPass::project(std::uint32_t layer, Block block, const Step& step) const {
  const LayerWeights& w = context_.model.weights.layers[layer];
  const std::size_t qkv_width = config_.dim(Dim::kQkvWidth);
  if (layer == inner_layer(config_.layer_count)) keep_inner(block, step);
  const Input input =
      prepare(block.size(), lane_.residual(block.begin), config_.width, w.attention_norm, w.qkv);
  lane_.after_rows();
  multiply(w.qkv, input, block.size(), context_.buffers.qkv + block.begin * qkv_width, qkv_width);
  lane_.after_shared();
  rotate_and_store(layer, block, step);
}

void LayerPass::finish(std::uint32_t layer, Block block, const Step& step) const {
  const LayerWeights& w = context_.model.weights.layers[layer];
  const std::uint32_t count = block.size();
  attend(layer, block, step);
  lane_.after_shared();
  const std::size_t query_width = config_.dim(Dim::kQueryWidth);
  const Input attended =
      prepare(count, lane_.shared->attended, query_width, w.attention_sub_norm, w.attention_output);
  lane_.after_rows();
  multiply(w.attention_output, attended, count, lane_.shared->projected, config_.width);
  lane_.after_shared();
  add_residual(block, w.attention_post_norm, w.attention_end_norm);

  const Input residual =
      prepare(count, lane_.residual(block.begin), config_.width, w.ffn_norm, w.gate_up);
  lane_.after_rows();
  multiply(w.gate_up, residual, count, lane_.shared->gate_up, config_.dim(Dim::kGateUpWidth));
  lane_.after_shared();
  const Input gated = prepare_gated(count, w.ffn_sub_norm, w.down);
  lane_.after_rows();
  multiply(w.down, gated, count, lane_.shared->projected, config_.width);
  lane_.after_shared();
  add_residual(block, w.ffn_post_norm, w.ffn_end_norm);
}

// take(row) fills a row of input.floats; every row of the lane's is taken and quantised.
template <class Take>
LayerPass::Input LayerPass::prepare_rows(Input input, std::uint32_t count, const MatrixGroup& group,
                                         const Take& take) const {
  const Block rows = lane_.rows_of(count);
  if (context_.observer != nullptr) {
    for (std::uint32_t r = rows.begin; r < rows.end; ++r) take(r);
    context_.observer->see(group, input.floats, input.stride, count);
  }
  for (std::uint32_t r = rows.begin; r < rows.end; ++r) {
    take(r);
    quantize(input, r, group);
  }
  input.codes = group.codes_in(input.codes, count);
  return input;
}

// Rows `from` (row r of the block at r * stride), normed where there is a norm, as `group` takes
// them.
LayerPass::Input LayerPass::prepare(std::uint32_t count, const float* from, std::size_t stride,
                                    const float* norm, const MatrixGroup& group) const {
  const Workspace& in = lane_.inputs();
  // Rows that outliers are taken from are copies: others may be reading `from`.
  const bool is_copied = norm != nullptr || (group.has_outlier_tables() && from != in.input);
  Input input{from, stride, in.codes};
  if (is_copied) input = {in.input, group.cols, in.codes};
  const auto take = [&](std::uint32_t r) {
    float* out = in.input + std::size_t{r} * group.cols;
    if (norm != nullptr) {
      kernels_.rows.rms_norm(from + r * stride, norm, group.cols, config_.norm_epsilon, out);
    } else if (is_copied) {
      std::copy_n(from + r * stride, group.cols, out);
    }
  };
  return prepare_rows(input, count, group, take);
}

// The same for activation(gate) * up; without a gate, activation(up) * 1.
LayerPass::Input LayerPass::prepare_gated(std::uint32_t count, const float* norm,
                                          const MatrixGroup& group) const {
  const Workspace& in = lane_.inputs();
  const std::uint32_t n = config_.ffn_width;
  const Input input{in.input, n, in.codes};
  const auto take = [&](std::uint32_t r) {
    const float* gate = lane_.shared->gate_up + std::size_t{r} * 2 * n;
    float* out = in.input + std::size_t{r} * n;
    gate_(gate, is_gated_ ? gate + n : context_.buffers.ones, n, out);
    if (norm != nullptr) kernels_.rows.rms_norm(out, norm, n, config_.norm_epsilon, out);
  };
  return prepare_rows(input, count, group, take);
}

void LayerPass::quantize(const Input& input, std::uint32_t row, const MatrixGroup& group) const {
  if (!group.takes_codes) return;
  take_outliers(row, group);
  kernels_.matmul.quantize_rows(input.floats, input.stride, group.cols, row, row + 1,
                                group.codes_in(input.codes, row + 1));
}

// Moves them from row `row` of the lane's input to a place of their own.
void LayerPass::take_outliers(std::uint32_t row, const MatrixGroup& group) const {
  const Workspace& in = lane_.inputs();
  float* x = in.input + std::size_t{row} * group.cols;
  float* outlier = in.codes.outliers + std::size_t{row} * kOutliersMax;
  for (const std::uint32_t column : group.outlier_columns()) {
    *outlier++ = x[column];
    x[column] = 0;
  }
}

void LayerPass::multiply(const MatrixGroup& group, const Input& input, std::uint32_t count,
                         float* out, std::size_t out_stride) const {
  constexpr std::uint32_t kUnit = 2; // kernels take panels in pairs
  lane_.for_parts(group.panel_count, kUnit, [&](Block mine) {
    std::uint32_t first = 0; // panel of the group at which a member begins
    for (const Matrix& matrix : group.matrices()) {
      const std::uint32_t panels = matrix.packed.panel_count();
      const Block part{std::clamp(mine.begin, first, first + panels) - first,
                       std::clamp(mine.end, first, first + panels) - first};
      if (part.size() != 0) {
        multiply_part(matrix, part, input, count, out + matrix.out_column, out_stride);
      }
      first += panels;
    }
  });
}

void LayerPass::multiply_part(const Matrix& matrix, Block panels, const Input& input,
                              std::uint32_t count, float* out, std::size_t out_stride) const {
  const quant::PackedMatrix& w = matrix.packed;
  if (context_.model.takes_floats(w.encoding)) {
    kernels_.matmul.matmul_float(w, panels.begin, panels.end, input.floats, input.stride, count,
                                 out, out_stride, lane_.own->matmul_scratch);
  } else {
    kernels_.matmul.matmul(w, panels.begin, panels.end, input.codes, out, out_stride,
                           lane_.own->matmul_scratch);
  }
  if (matrix.scale == 1 && matrix.bias == nullptr) return;
  const std::uint32_t begin = panels.begin * quant::kPanelRows;
  const std::uint32_t size = std::min(panels.end * quant::kPanelRows, w.rows) - begin;
  for (std::uint32_t r = 0; r < count; ++r) {
    float* part = out + r * out_stride + begin;
    if (matrix.scale != 1) kernels_.rows.scale(part, matrix.scale, size);
    if (matrix.bias != nullptr) kernels_.rows.add(part, matrix.bias + begin, size);
  }
}

// Of the rows that this worker has summed; of replicated ones a share, for all have the same.
void LayerPass::keep_inner(Block block, const Step& step) const {
  const Block share = lane_.share_of(block.size());
  const std::uint32_t* rows = step.inner_rows.data();
  const std::size_t count = step.inner_rows.size(), width = config_.width;
  for (std::size_t i = 0; i < count; ++i) {
    if (rows[i] < block.begin + share.begin || rows[i] >= block.begin + share.end) continue;
    const float* state = lane_.residual(rows[i]);
    const double squares = std::inner_product(state, state + width, state, 0.0);
    const double scale = 1 / std::sqrt(squares / static_cast<double>(width) + 1e-12);
    std::transform(state, state + width, context_.buffers.inner + i * width,
                   [scale](float value) { return static_cast<float>(value * scale); });
  }
}

// Adds what the last product gave, normed where there is a norm; then norms the sum, where there is
// one for that.
void LayerPass::add_residual(Block block, const float* norm, const LayerNorm& end_norm) const {
  const Block rows = lane_.rows_of(block.size());
  for (std::uint32_t r = rows.begin; r < rows.end; ++r) {
    float* from = lane_.shared->projected + std::size_t{r} * config_.width;
    if (norm != nullptr) {
      // Replicated rows are normed by everyone: the result goes to the worker's own rows.
      float* normed = lane_.inputs().input + std::size_t{r} * config_.width;
      kernels_.rows.rms_norm(from, norm, config_.width, config_.norm_epsilon, normed);
      from = normed;
    }
    kernels_.rows.add(lane_.residual(block.begin + r), from, config_.width);
    if (end_norm.weight != nullptr) normalize(end_norm, lane_.residual(block.begin + r));
  }
}

void LayerPass::normalize(const LayerNorm& norm, float* row) const {
  double sum = 0;
  for (std::uint32_t i = 0; i < config_.width; ++i) sum += row[i];
  const auto mean = static_cast<float>(sum / config_.width);
  for (std::uint32_t i = 0; i < config_.width; ++i) row[i] -= mean;
  kernels_.rows.rms_norm(row, norm.weight, config_.width, config_.norm_epsilon, row);
  if (norm.bias != nullptr) kernels_.rows.add(row, norm.bias, config_.width);
}

void LayerPass::embed(std::int32_t token, std::uint32_t row) const {
  const Weights& w = context_.model.weights;
  const auto decode = kernels_.matmul.decode_row;
  float* residual = lane_.residual(row);
  decode(w.token_embedding, static_cast<std::uint32_t>(token), residual);
  if (config_.embedding_scale != 1) {
    kernels_.rows.scale(residual, config_.embedding_scale, config_.width);
  }
  const auto add = [&](const quant::PackedMatrix& embedding, std::uint32_t index) {
    if (embedding.data == nullptr) return;
    decode(embedding, index, lane_.own->projected);
    kernels_.rows.add(residual, lane_.own->projected, config_.width);
  };
  add(w.type_embedding, 0);
  add(w.position_embedding, context_.buffers.places[row].position);
  if (w.embedding_norm.weight != nullptr) normalize(w.embedding_norm, residual);
}

} // namespace outpost::models
