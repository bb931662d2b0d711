// The one decoder: runs a step (a batch of rows of any sequences) of any architecture described by
// rows (arch.h). Every output row has the same bits whatever else is in the step.
//
// Owned and called by the engine thread; the parallel loops run on `workers`. A step allocates
// nothing.
#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include "base/cancel.h"
#include "base/result.h"
#include "kernels/kernels.h"
#include "models/input_observer.h"
#include "models/kv_arena.h"
#include "models/model.h"
#include "platform/workers.h"

namespace outpost::models {

// One sequence's part of a step: `row_count` tokens, taken from the step's tokens in order, at
// positions first_position, first_position + 1, ... `pages` covers positions 0 .. last, page i
// holding 16i .. 16i+15; the pages that this step writes belong to this sequence alone. Of a model
// that is not causal a sequence is whole in one step.
struct StepSequence {
  std::span<const PageId> pages;
  std::uint32_t first_position = 0;
  std::uint32_t row_count = 0;
};

struct Step {
  std::span<const std::int32_t> tokens;       // [rows]
  std::span<const StepSequence> sequences;    // row counts add up to rows
  std::span<const std::uint32_t> logits_rows; // which rows want logits, ascending
  // Which rows want their hidden state instead, ascending. No row wants both.
  std::span<const std::uint32_t> hidden_rows = {};
  // Which rows' inner state is wanted, ascending, at most DecoderLimits::logits_rows_max; whatever
  // else they give.
  std::span<const std::uint32_t> inner_rows = {};
};

// Layers below the inner state. What a text means is read best off a model's middle; its last
// layers turn that into the next token (Alain and Bengio, arXiv 1610.01644; docs/agents.md has
// what it is worth).
constexpr std::uint32_t inner_layer(std::uint32_t layer_count) { return layer_count * 3 / 4; }

struct DecoderLimits {
  std::uint32_t rows_max = 512; // of one step
  std::uint32_t sequences_max = 64;
  std::uint32_t logits_rows_max = 64;
  // The longest sequence; 0: as long as the model was made for and the KV arena holds (and, where a
  // model is not causal, a step). Models whose
  // rotation was stretched (longrope) use their short factors while this is within their original
  // context, and their long ones beyond it.
  std::uint32_t context_tokens_max = 0;
};

class Decoder {
public:
  // Takes all memory that steps will need. kResourceExhausted names the bytes.
  // `observer`: with one worker only.
  static Result<std::unique_ptr<Decoder>> make(const Model& model, KvArena& kv,
                                               platform::Workers& workers,
                                               const DecoderLimits& limits,
                                               InputObserver* observer = nullptr);
  virtual ~Decoder() = default;

  // Computes the step, writes K and V of its rows into their pages, and gives the logits
  // [logits_rows][vocabulary], valid until the next step. kCancelled when `cancel` was set before
  // the last layer: the pages of the step's rows then hold nothing of value. REQUIRES: the step is
  // within the limits and its tokens within the vocabulary.
  virtual Result<std::span<const float>> run(const Step& step, const CancelToken& cancel) = 0;
  // The hidden states after the last norm, [hidden_rows][width], of the last step that was run;
  // valid until the next.
  [[nodiscard]] virtual std::span<const float> hidden() const = 0;
  // The inner states, [inner_rows][width], each scaled to a mean square of 1: residual rows as
  // layer inner_layer() takes them. Valid as long.
  [[nodiscard]] virtual std::span<const float> inner() const = 0;
  // Values of a hidden or inner state.
  [[nodiscard]] virtual std::uint32_t width() const = 0;
  // With context_tokens_max filled in.
  [[nodiscard]] virtual const DecoderLimits& limits() const = 0;
  // Taken by make(), beside the KV arena.
  [[nodiscard]] virtual std::size_t scratch_bytes() const = 0;
};

} // namespace outpost::models
