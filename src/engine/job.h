// A job is a request inside the engine. The thread that asked makes it, checks it, submits it and
// waits; from submit() to finish() it belongs to the engine thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "chat/chat.h"
#include "engine/kv_space.h"
#include "engine/sampler.h"
#include "engine/sequence.h"
#include "platform/workers.h"

namespace outpost::engine {

class Job;

// One sequence of a job that has tokens to compute in the next step.
struct Lane {
  Job* job = nullptr;
  Sequence* sequence = nullptr;
  std::uint32_t node = 0;               // the job's own name for it
  std::uint32_t rows_before_logits = 0; // of its pending rows
  bool is_answering = false;
  bool is_whole = false;        // all of its rows go into one step
  bool wants_hidden = false;    // its rows give hidden states, all of them, and no logits
  bool wants_inner = false;     // its rows that give logits give inner states as well
  std::span<const float> inner; // those, [n][width]; in take_rows()
  // Of each token that could be drafted behind the pending ones: how likely it is to be right if
  // those before it are. Valid until the step.
  std::span<const float> draft_chances;
};

// What the engine lends to jobs; engine thread only.
struct JobTools {
  KvSpace& kv;
  Sampler& sampler;
  const kernels::RowKernels& kernels;
  std::size_t vocabulary_size; // length of a row of logits
  platform::Workers& workers;
  Clock& clock;
};

class Job {
public:
  Job(chat::PrincipalId principal, chat::WorkClass work_class, CancelToken cancel,
      std::uint32_t token_count)
      : principal_(std::move(principal)), work_class_(work_class), cancel_(std::move(cancel)),
        token_count_(token_count) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  [[nodiscard]] const chat::PrincipalId& principal() const { return principal_; }
  [[nodiscard]] const CancelToken& cancel() const { return cancel_; }
  // Tokens that it may bring into memory: what the queue counts.
  [[nodiscard]] std::uint32_t token_count() const { return token_count_; }
  [[nodiscard]] ScopeId scope() const { return scope_; }
  void set_scope(ScopeId scope) { scope_ = scope; }
  [[nodiscard]] chat::WorkClass work_class() const { return work_class_; }

  // ---- engine thread ----
  // Takes the memory it needs to run to its end; false when that is not there now.
  [[nodiscard]] virtual bool admit(JobTools& tools) = 0;
  // Adds up to `lanes_max` (> 0) lanes with pending rows. A running job always has one, or is done.
  virtual void add_lanes(JobTools& tools, std::size_t lanes_max, std::vector<Lane>& lanes) = 0;
  // Drafts up to `width` (> 0, <= lane.draft_chances.size()) tokens for the next step into
  // lane.sequence.
  virtual void draft(const Lane& /*lane*/, std::uint32_t /*width*/) {}
  // What take_rows() can do before it sees logits, where that is worth a worker's time: called by
  // any worker, while others do the same for other jobs. Must not touch what jobs share.
  [[nodiscard]] virtual bool prepares_choice() const { return false; }
  virtual void prepare_choice() {}
  // A step has computed `rows` rows of `lane`; `outputs` are the logits [n][vocabulary] of the last
  // n of them, for all rows at and after lane.rows_before_logits; or the hidden states
  // [rows][width] where the lane wants those.
  virtual void take_rows(JobTools& tools, const Lane& lane, std::uint32_t rows,
                         std::span<const float> outputs) = 0;
  // Ended by itself; finish() follows.
  [[nodiscard]] virtual bool is_done() const = 0;
  // Gives all memory back and tells whoever waits: `status` says why when it did not end by itself.
  // The engine does not touch the job after this.
  virtual void finish(JobTools& tools, Status status) = 0;
  // Adds the pages its sequences hold, and what it has reserved. For integrity checks.
  virtual void add_holdings(std::vector<PageId>& pages, std::uint32_t& reserved) const = 0;

private:
  chat::PrincipalId principal_;
  chat::WorkClass work_class_;
  CancelToken cancel_;
  std::uint32_t token_count_;
  ScopeId scope_ = kSharedScope;
};

} // namespace outpost::engine
