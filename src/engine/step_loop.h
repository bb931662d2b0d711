// What the engine thread does, one step at a time: admit, plan, compute, let every job take its
// rows. All mutable state of the engine is here and in the jobs; nothing of it is shared with other
// threads but the queue. Tests call step() themselves.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "engine/config.h"
#include "engine/draft_plan.h"
#include "engine/job.h"
#include "engine/job_queue.h"
#include "engine/prompt_allowance.h"
#include "engine/scheduler.h"
#include "engine/step_cost.h"
#include "kernels/rows.h"
#include "models/decoder.h"

namespace outpost::engine {

// Counters for people and monitoring; written by the engine thread, readable from any.
struct EngineCounters {
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::uint64_t> rows{0};     // computed
  std::atomic<std::uint64_t> drafted{0};  // of them, tokens that might not have come
  std::atomic<std::uint64_t> accepted{0}; // of these, tokens that came
  std::atomic<std::uint64_t> failed_steps{0};
  std::atomic<std::uint32_t> running{0};      // requests
  std::atomic<std::uint32_t> pages_free{0};   // nobody's
  std::atomic<std::uint32_t> pages_cached{0}; // idle, kept for whoever begins the same way
};

class StepLoop {
public:
  // All must outlive this.
  struct Parts {
    models::Decoder& decoder;
    const models::KvArena& kv;
    const kernels::RowKernels& kernels;
    std::size_t vocabulary_size; // length of a row of logits
    platform::Workers& workers;
    Clock& clock;
    JobQueue& queue;
  };
  StepLoop(const Parts& parts, const EngineConfig& config, CancelToken stop);

  // One step. False when nothing runs and nothing waits.
  bool step();
  // What the cache holds, and taking it up again (kv_snapshot.h). REQUIRES: no engine thread.
  [[nodiscard]] KvSnapshot keep(std::size_t bytes_max) const;
  void bring_back(const KvSnapshot& snapshot);
  // Ends all that runs and waits with `error`.
  void fail_all(const Error& error);

  [[nodiscard]] const EngineCounters& counters() const { return counters_; }
  // Every invariant of the KV memory, sequences included; an empty text when all hold. For tests,
  // between steps.
  [[nodiscard]] std::string check() const;

private:
  void end_cancelled();
  void admit();
  void end_done();
  void finish(Job& job, Status status);
  void collect_lanes();
  void draft();
  [[nodiscard]] DraftLimits draft_limits() const;
  [[nodiscard]] Result<std::span<const float>> compute(const models::Step& step);
  [[nodiscard]] models::Step build_step();
  void order_lanes();
  [[nodiscard]] const CancelToken& step_cancel() const;
  void prepare_choices();
  void take_outputs(std::span<const float> logits);
  void fail_step(const Error& error);
  [[nodiscard]] std::uint32_t prompt_rows_allowed() const;
  void learn_allowance(std::chrono::nanoseconds duration);
  void publish_counters();

  Parts parts_;
  EngineConfig config_;
  CancelToken stop_;
  KvSpace kv_;
  Sampler sampler_;
  JobTools tools_;
  std::vector<Job*> running_; // in order of admission; at most sequences_max
  StepCost cost_;
  PromptAllowance prompt_allowance_;
  std::uint64_t turn_ = 0;

  // Of the step at hand; sized at start.
  std::vector<Lane> lanes_;
  std::vector<LaneView> views_;
  std::vector<DraftView> drafts_;    // [lanes]
  std::vector<std::uint32_t> rows_;  // [lanes]
  std::vector<std::uint32_t> order_; // of the lanes in the step
  std::vector<Job*> choosers_;       // jobs that prepare their choice
  std::vector<TokenId> tokens_;
  std::vector<models::StepSequence> sequences_;
  std::vector<std::uint32_t> logits_rows_;
  std::vector<std::uint32_t> hidden_rows_;
  std::vector<std::uint32_t> inner_rows_;
  EngineCounters counters_;
};

} // namespace outpost::engine
