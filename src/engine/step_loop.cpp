#include "engine/step_loop.h"

#include <algorithm>

#include "base/assert.h"

namespace outpost::engine {

StepLoop::StepLoop(const Parts& parts, const EngineConfig& config, CancelToken stop)
    : parts_(parts), config_(config), stop_(std::move(stop)), kv_(parts.kv),
      sampler_(parts.kernels, static_cast<std::uint32_t>(parts.vocabulary_size)),
      tools_{kv_, sampler_, parts.kernels, parts.vocabulary_size, parts.workers, parts.clock},
      prompt_allowance_({.step_time = config.step_time_beside_answers,
                         .first_rows = config.prompt_rows_beside_answers,
                         .rows_max = config.rows_max}) {
  running_.reserve(config.sequences_max);
  lanes_.reserve(config.sequences_max);
  views_.reserve(config.sequences_max);
  drafts_.reserve(config.sequences_max);
  rows_.reserve(config.sequences_max);
  order_.reserve(config.sequences_max);
  choosers_.reserve(config.sequences_max);
  sequences_.reserve(config.sequences_max);
  tokens_.reserve(config.rows_max);
  logits_rows_.reserve(config.logits_rows_max);
  hidden_rows_.reserve(config.rows_max);
  inner_rows_.reserve(config.rows_max);
  publish_counters();
}

bool StepLoop::step() {
  const auto begin = parts_.clock.monotonic();
  end_cancelled();
  admit();
  publish_counters();
  if (running_.empty()) return false;
  collect_lanes();
  draft();
  const models::Step step = build_step();
  ++turn_;
  counters_.steps.fetch_add(1, std::memory_order_relaxed);
  const auto logits = compute(step);
  if (logits) {
    counters_.rows.fetch_add(step.tokens.size(), std::memory_order_relaxed);
    take_outputs(*logits);
    learn_allowance(parts_.clock.monotonic() - begin);
  } else if (logits.error().code != ErrorCode::kCancelled) {
    fail_step(logits.error());
  }
  end_done();
  publish_counters();
  return true;
}

KvSnapshot StepLoop::keep(std::size_t bytes_max) const {
  return keep_pages(kv_, parts_.kv, parts_.queue.scopes(), bytes_max);
}

void StepLoop::bring_back(const KvSnapshot& snapshot) {
  bring_back_pages(snapshot, kv_, parts_.kv, parts_.queue.scopes());
  publish_counters();
}

void StepLoop::finish(Job& job, Status status) { job.finish(tools_, std::move(status)); }

void StepLoop::end_cancelled() {
  while (Job* job = parts_.queue.take_cancelled()) {
    finish(*job, fail(ErrorCode::kCancelled, "cancelled while it waited"));
  }
  std::erase_if(running_, [this](Job* job) {
    if (!job->cancel().cancelled()) return false;
    finish(*job, fail(ErrorCode::kCancelled, "cancelled"));
    return true;
  });
}

// Stops at the first that does not fit: what comes behind it must not starve it.
void StepLoop::admit() {
  while (running_.size() < config_.sequences_max) {
    Job* job = parts_.queue.choose(running_);
    if (job == nullptr || !job->admit(tools_)) return;
    parts_.queue.remove(*job);
    if (job->is_done()) {
      finish(*job, {});
    } else {
      running_.push_back(job);
    }
  }
}

void StepLoop::end_done() {
  std::erase_if(running_, [this](Job* job) {
    if (!job->is_done()) return false;
    finish(*job, {});
    return true;
  });
}

void StepLoop::fail_all(const Error& error) {
  for (Job* job : running_) finish(*job, fail(error));
  running_.clear();
  while (Job* job = parts_.queue.take_any()) finish(*job, fail(error));
  publish_counters();
}

// Every job that takes part gets one lane, and those that can use more share the rest.
void StepLoop::collect_lanes() {
  lanes_.clear();
  views_.clear();
  std::size_t jobs_left = running_.size();
  const auto best = (*std::ranges::min_element(running_, {}, [](const Job* job) {
                      return job->work_class();
                    }))->work_class();
  for (Job* job : running_) {
    if (!takes_part(job->work_class(), best, turn_)) {
      --jobs_left;
      continue;
    }
    const std::size_t before = lanes_.size();
    job->add_lanes(tools_, (config_.sequences_max - before) / jobs_left, lanes_);
    OUTPOST_ASSERT(lanes_.size() > before);
    --jobs_left;
  }
  for (const Lane& lane : lanes_) {
    const std::uint32_t pending = lane.sequence->pending();
    const std::uint32_t before = lane.wants_hidden ? pending : lane.rows_before_logits;
    views_.push_back({lane.job->scope(), pending, before, lane.is_answering, lane.is_whole});
  }
}

// What the step holds without drafts, and what room is left in it.
DraftLimits StepLoop::draft_limits() const {
  std::uint32_t answer_rows = 0, prompt_rows = 0, logits_rows = 0;
  for (const LaneView& view : views_) {
    (view.is_answering ? answer_rows : prompt_rows) += view.pending_rows;
    logits_rows += view.pending_rows - std::min(view.pending_rows, view.rows_before_logits);
  }
  const std::uint32_t rows =
      std::min(answer_rows + std::min(prompt_rows, prompt_rows_allowed()), config_.rows_max);
  const std::uint32_t logits_left =
      config_.logits_rows_max - std::min(config_.logits_rows_max, logits_rows);
  return {rows, std::min(config_.rows_max - rows, logits_left)};
}

// Drafts for all answers, as wide as pays.
void StepLoop::draft() {
  drafts_.clear();
  for (const Lane& lane : lanes_) {
    if (lane.is_answering) drafts_.push_back({lane.draft_chances});
  }
  if (plan_drafts(drafts_, draft_limits(), cost_) == 0) return;
  auto planned = drafts_.begin();
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const Lane& lane = lanes_[i];
    if (!lane.is_answering) continue;
    const std::uint32_t width = (planned++)->width;
    if (width == 0) continue;
    lane.job->draft(lane, width);
    const auto drafted = static_cast<std::uint32_t>(lane.sequence->draft().size());
    views_[i].pending_rows += drafted;
    counters_.drafted.fetch_add(drafted, std::memory_order_relaxed);
  }
}

// Learns what steps cost from those whose rows all give logits, as drafted rows do.
Result<std::span<const float>> StepLoop::compute(const models::Step& step) {
  const auto begin = parts_.clock.monotonic();
  OUTPOST_TRY(const auto logits, parts_.decoder.run(step, step_cancel()));
  if (step.logits_rows.size() == step.tokens.size()) {
    cost_.learn(static_cast<std::uint32_t>(step.tokens.size()), parts_.clock.monotonic() - begin);
  }
  return logits;
}

// Sequences that begin with the same pages stand beside each other, for attention to read those
// once.
void StepLoop::order_lanes() {
  order_.clear();
  for (std::uint32_t i = 0; i < lanes_.size(); ++i) {
    if (rows_[i] == 0) continue;
    lanes_[i].sequence->prepare(rows_[i]);
    order_.push_back(i);
  }
  std::sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) {
    const auto order = std::lexicographical_compare_three_way(
        lanes_[a].sequence->pages().begin(), lanes_[a].sequence->pages().end(),
        lanes_[b].sequence->pages().begin(), lanes_[b].sequence->pages().end());
    return order == 0 ? a < b : order < 0;
  });
}

models::Step StepLoop::build_step() {
  rows_.resize(lanes_.size());
  plan_step(views_, {config_.rows_max, config_.logits_rows_max, prompt_rows_allowed()}, turn_,
            rows_);
  tokens_.clear();
  sequences_.clear();
  logits_rows_.clear();
  hidden_rows_.clear();
  inner_rows_.clear();
  order_lanes();
  for (const std::uint32_t i : order_) {
    const Sequence& sequence = *lanes_[i].sequence;
    const auto first_row = static_cast<std::uint32_t>(tokens_.size());
    auto& wanted = lanes_[i].wants_hidden ? hidden_rows_ : logits_rows_;
    for (std::uint32_t r = lanes_[i].wants_hidden ? 0 : lanes_[i].rows_before_logits; r < rows_[i];
         ++r) {
      wanted.push_back(first_row + r);
      if (lanes_[i].wants_inner) inner_rows_.push_back(first_row + r);
    }
    sequence.add_row_tokens(rows_[i], tokens_);
    sequences_.push_back({sequence.pages(), sequence.computed(), rows_[i]});
  }
  return {tokens_, sequences_, logits_rows_, hidden_rows_, inner_rows_};
}

// A step that serves one request stops as soon as that request is cancelled; one that serves
// several must not stop for one of them.
const CancelToken& StepLoop::step_cancel() const {
  return running_.size() == 1 ? running_.front()->cancel() : stop_;
}

// The mask of a grammar takes up to a millisecond and needs no logits.
void StepLoop::prepare_choices() {
  choosers_.clear();
  for (const std::uint32_t i : order_) {
    const Lane& lane = lanes_[i];
    if (rows_[i] > lane.rows_before_logits && lane.job->prepares_choice())
      choosers_.push_back(lane.job);
  }
  if (choosers_.size() < 2) return; // nothing to share
  std::atomic<std::size_t> next{0};
  parts_.workers.run([&](unsigned /*worker*/) {
    for (std::size_t i = next++; i < choosers_.size(); i = next++) choosers_[i]->prepare_choice();
  });
}

void StepLoop::take_outputs(std::span<const float> logits) {
  prepare_choices();
  std::span<const float> hidden = parts_.decoder.hidden();
  std::span<const float> inner = parts_.decoder.inner();
  const std::size_t width = parts_.decoder.width();
  for (const std::uint32_t i : order_) {
    Lane& lane = lanes_[i];
    const std::uint32_t before = std::min(lane.rows_before_logits, rows_[i]);
    if (lane.wants_inner) {
      lane.inner = inner.first((rows_[i] - before) * width);
      inner = inner.subspan(lane.inner.size());
    }
    std::span<const float>& from = lane.wants_hidden ? hidden : logits;
    const std::size_t count =
        lane.wants_hidden ? rows_[i] * width : (rows_[i] - before) * parts_.vocabulary_size;
    const bool has_draft = rows_[i] > lane.sequence->pending(); // and then keeps its sequence
    const std::uint32_t sure = lane.sequence->computed() + lane.sequence->pending();
    lane.job->take_rows(tools_, lane, rows_[i], from.first(count));
    from = from.subspan(count);
    if (!has_draft) continue;
    counters_.accepted.fetch_add(lane.sequence->computed() - sure, std::memory_order_relaxed);
  }
}

std::uint32_t StepLoop::prompt_rows_allowed() const {
  const auto answers = std::ranges::count_if(views_, &LaneView::is_answering);
  return prompt_allowance_.rows_beside(static_cast<std::uint32_t>(answers));
}

void StepLoop::learn_allowance(std::chrono::nanoseconds duration) {
  std::uint32_t prompt_rows = 0;
  bool has_answers = false;
  for (std::size_t i = 0; i < views_.size(); ++i) {
    has_answers = has_answers || (views_[i].is_answering && rows_[i] > 0);
    if (!views_[i].is_answering) prompt_rows += rows_[i];
  }
  if (has_answers && prompt_rows > 0) prompt_allowance_.learn(prompt_rows, duration);
}

// Ends the requests that took part; the others go on.
void StepLoop::fail_step(const Error& error) {
  counters_.failed_steps.fetch_add(1, std::memory_order_relaxed);
  std::erase_if(running_, [&](Job* job) {
    bool took_part = false;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      took_part = took_part || (lanes_[i].job == job && rows_[i] > 0);
    }
    if (took_part) finish(*job, fail(error));
    return took_part;
  });
}

void StepLoop::publish_counters() {
  counters_.running.store(static_cast<std::uint32_t>(running_.size()), std::memory_order_relaxed);
  counters_.pages_free.store(kv_.free_count(), std::memory_order_relaxed);
  counters_.pages_cached.store(kv_.idle_count(), std::memory_order_relaxed);
}

std::string StepLoop::check() const {
  std::vector<PageId> held;
  std::uint32_t reserved = 0;
  for (const Job* job : running_) job->add_holdings(held, reserved);
  if (reserved != kv_.reserved_count()) {
    return "jobs reserved " + std::to_string(reserved) + " pages, the memory counts " +
           std::to_string(kv_.reserved_count());
  }
  return kv_.check(held);
}

} // namespace outpost::engine
