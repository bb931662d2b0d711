// The stages of one layer, from residual stream to residual stream, as one worker runs them. Every
// stage is a row operation (norms, rotation, gates, quantisation) or a product with a matrix group;
// StepPlan says which rows and panels are this worker's, and where workers must wait for each
// other.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "models/input_observer.h"
#include "models/kv_arena.h"
#include "models/step_plan.h"
#include "models/weights.h"
#include "models/workspace.h"
#include "platform/workers.h"

namespace outpost::models {

// How much is taken of each worker's share of a stage, for three stages in turn: the one at hand,
// the next one, and one that nobody is in any more.
class Taken {
public:
  explicit Taken(unsigned workers) : workers_(workers), counts_(std::size_t{3} * workers) {}

  std::atomic<std::uint32_t>& of(std::uint32_t stage, unsigned worker) {
    return counts_[stage % 3 * workers_ + worker].value;
  }
  // While no worker is about.
  void reset() {
    for (Count& count : counts_) count.value.store(0, std::memory_order_relaxed);
  }

private:
  struct alignas(64) Count {
    std::atomic<std::uint32_t> value{0};
  };
  std::size_t workers_;
  std::vector<Count> counts_;
};

// What all stages of all layers read, resolved once.
struct PassContext {
  const ModelParts& model;
  const KvArena& kv;
  platform::Workers& workers;
  const Buffers& buffers;
  InputObserver* observer; // or nullptr
  Taken& taken;
};

// A worker's view of a step.
class Lane {
public:
  Lane(const PassContext& context, const StepPlan& plan, unsigned worker);

  // Its part of `count` things of which it does all or a share, by the way rows are shared out.
  [[nodiscard]] Block rows_of(std::uint32_t count) const;
  // The same for things that are never computed twice.
  [[nodiscard]] Block share_of(std::uint32_t count) const;
  // Whether workers work on the same rows.
  [[nodiscard]] bool shares_rows() const { return plan_.sharing != Sharing::kBlocks; }
  // Calls body(Block) for parts of such things, multiples of `unit`, until all are taken. Of much
  // work a worker has its own share first, in order, as what comes next is fetched ahead; then it
  // helps others, who may be slower at the moment, as they are on shared machines.
  // REQUIRES: after_shared() before the next call.
  template <class Body>
  void for_parts(std::uint32_t count, std::uint32_t unit, Body&& body);
  // To be called when a row stage, or a stage that is never replicated, hands over to the next.
  void after_rows() const;
  void after_shared() const;

  // Where the results of row stages go.
  [[nodiscard]] const Workspace& inputs() const;
  [[nodiscard]] float* residual(std::uint32_t row) const { return residual_ + row * width_; }
  const Workspace* own;    // the worker's scratch
  const Workspace* shared; // results of products and of attention

private:
  // Parts that each worker takes of a stage, were all equally fast.
  static constexpr std::uint32_t kPartsEach = 4;

  const StepPlan& plan_;
  platform::Workers& workers_;
  Taken& taken_;
  std::uint32_t stage_ = 0; // the same for all workers
  unsigned worker_;
  float* residual_;
  std::size_t width_;
};

template <class Body>
void Lane::for_parts(std::uint32_t count, std::uint32_t unit, Body&& body) {
  const std::uint32_t parts = kPartsEach * workers_.count();
  if (plan_.sharing != Sharing::kPanels || count < parts * unit) {
    const Block share = share_of(count);
    if (share.size() != 0) body(share);
    return;
  }
  const std::uint32_t size = ((count + parts - 1) / parts + unit - 1) / unit * unit;
  const std::uint32_t stage = stage_++;
  taken_.of(stage_, worker_).store(0, std::memory_order_relaxed);
  for (unsigned i = 0; i < workers_.count(); ++i) {
    const unsigned owner = (worker_ + i) % workers_.count();
    const auto [first, last] = workers_.share((count + unit - 1) / unit, owner);
    const auto end = std::min(count, static_cast<std::uint32_t>(last) * unit);
    while (true) {
      const std::uint32_t begin =
          static_cast<std::uint32_t>(first) * unit +
          taken_.of(stage, owner).fetch_add(size, std::memory_order_relaxed);
      if (begin >= end) break;
      body(Block{begin, std::min(begin + size, end)});
    }
  }
}

using GateKernel = decltype(kernels::RowKernels::silu_gate);
// The precise mode follows the reference engine's half-precision GELU: exact arithmetic would
// differ from its logits by a thousandth.
GateKernel gate_kernel(const ModelParts& model);

class LayerPass {
public:
  LayerPass(const PassContext& context, Lane& lane)
      : context_(context), config_(context.model.config), kernels_(context.model.kernels),
        lane_(lane), gate_(gate_kernel(context.model)), is_gated_(config_.arch->is_gated()) {}

  // Residual rows of `block` to rotated queries in buffers.qkv, and keys and values in their pages.
  void project(std::uint32_t layer, Block block, const Step& step) const;
  // The rest: attention, its output, feed-forward; adds to the residual rows.
  void finish(std::uint32_t layer, Block block, const Step& step) const;
  // The embedding of `token`, whole, in residual row `row`.
  void embed(std::int32_t token, std::uint32_t row) const;
  // Logits of the residual rows at buffers.logits_rows[0 .. count).
  void head(std::uint32_t count) const;

private:
  // A matrix group's input, prepared: in float, in int8, or both.
  struct Input {
    const float* floats;
    std::size_t stride;
    kernels::QuantizedRows codes;
  };

  Input prepare(std::uint32_t count, const float* from, std::size_t stride, const float* norm,
                const MatrixGroup& group) const;
  template <class Take>
  Input prepare_rows(Input input, std::uint32_t count, const MatrixGroup& group,
                     const Take& take) const;
  Input prepare_gated(std::uint32_t count, const float* norm, const MatrixGroup& group) const;
  void quantize(const Input& input, std::uint32_t row, const MatrixGroup& group) const;
  void take_outliers(std::uint32_t row, const MatrixGroup& group) const;
  void multiply(const MatrixGroup& group, const Input& input, std::uint32_t count, float* out,
                std::size_t out_stride) const;
  void multiply_part(const Matrix& matrix, Block panels, const Input& input, std::uint32_t count,
                     float* out, std::size_t out_stride) const;
  void rotate(float* head, const float* norm, const RopeRows& rope, std::uint32_t row) const;
  void rotate_and_store(std::uint32_t layer, Block block, const Step& step) const;
  void attend(std::uint32_t layer, Block block, const Step& step) const;
  void attend_columns(std::uint32_t layer, Block block, std::uint32_t kv_head, Block part,
                      const Step& step) const;
  void ask(std::uint32_t layer, Block block, std::uint32_t kv_head, Block part,
           const Step& step) const;
  [[nodiscard]] Block key_chunks(std::uint32_t layer, Block block) const;
  [[nodiscard]] bool shares_keys(Block block, Block chunks) const;
  void attend_chunks(std::uint32_t layer, Block block, Block chunks, const Step& step) const;
  void add_residual(Block block, const float* norm, const LayerNorm& end_norm) const;
  void normalize(const LayerNorm& norm, float* row) const;
  void keep_inner(Block block, const Step& step) const;

  const PassContext& context_;
  const Config& config_;
  const kernels::KernelTable& kernels_;
  Lane& lane_;
  const GateKernel gate_;
  const bool is_gated_;
};

} // namespace outpost::models
