#include "engine/generate_job.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace outpost::engine {
namespace {

using text::TokenId;

double milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

} // namespace

GenerateJob::GenerateJob(GenerateRequest request, StopStrings stops, CancelToken cancel,
                         const Vocabulary& vocabulary, Clock& clock)
    : Job(request.principal, request.work_class, std::move(cancel),
          static_cast<std::uint32_t>(request.prompt.size()) + request.max_tokens),
      request_(std::move(request)), stops_(std::move(stops)), tokenizer_(vocabulary.tokenizer),
      channel_(request_.max_tokens, request_.top_log_probabilities),
      random_(request_.sampling.seed.value_or(0)), top_(request_.top_log_probabilities),
      submitted_(clock.monotonic()) {
  answer_.reserve(request_.max_tokens);
  is_forced_.reserve(request_.max_tokens);
  finished_.seed = request_.sampling.seed.value_or(0);
  finished_.usage.prompt_tokens = static_cast<std::uint32_t>(request_.prompt.size());
  if (request_.constraint) {
    constrained_.emplace(std::move(request_.constraint), vocabulary.closing_order, vocabulary.size,
                         request_.max_tokens);
  }
}

// What is forced is certain before the prompt is read, and the reader is told of it as soon as the
// request has its place in the queue.
Status GenerateJob::begin() {
  if (request_.draft_tokens_max > 0) drafts_.emplace(request_.prompt, token_count());
  if (!constrained_) return {};
  OUTPOST_TRY(const auto forced, constrained_->begin());
  for (const TokenId token : forced.tokens) append(token, true);
  begun_count_ = answer_.size();
  if (forced.is_finished && !is_done_) end(chat::FinishReason::kStop);
  if (answer_.size() == request_.max_tokens && !is_done_) end(chat::FinishReason::kLength);
  is_done_ ? channel_.close() : channel_.flush();
  return {};
}

bool GenerateJob::admit(JobTools& tools) {
  if (!sequence_) sequence_.emplace(tools.kv, scope());
  const auto prompt_count = static_cast<std::uint32_t>(request_.prompt.size());
  // The last token is always computed: its logits are wanted.
  if (!sequence_->start(request_.prompt, prompt_count - 1, token_count())) return false;
  finished_.usage.cached_tokens = sequence_->reused();
  admitted_ = tools.clock.monotonic();
  finished_.timings.queue_ms = milliseconds(admitted_ - submitted_);
  // What begin() found rides with the prompt: one chunk, one row of logits.
  for (const TokenId token : answer_) sequence_->append(token);
  return true;
}

void GenerateJob::add_lanes(JobTools&, std::size_t, std::vector<Lane>& lanes) {
  const bool is_answering = sequence_->computed() >= request_.prompt.size();
  Lane lane{this, &*sequence_, 0, sequence_->pending() - 1, is_answering, {}};
  if (is_answering) lane.draft_chances = propose().chances;
  lanes.push_back(lane);
}

// No further than the token before the last: that one needs no row.
DraftSource::Proposal GenerateJob::propose() {
  if (!drafts_) return {};
  const auto left = request_.max_tokens - static_cast<std::uint32_t>(answer_.size());
  return drafts_->propose(std::min(request_.draft_tokens_max, left - 1));
}

void GenerateJob::draft(const Lane& lane, std::uint32_t width) {
  const std::span<const TokenId> proposed = propose().tokens.first(width);
  lane.sequence->set_draft(constrained_ ? constrained_->allowed(proposed) : proposed);
}

void GenerateJob::take_rows(JobTools& tools, const Lane&, std::uint32_t rows,
                            std::span<const float> logits) {
  sequence_->mark_computed(std::min(rows, sequence_->pending()));
  if (!logits.empty()) {
    if (answer_.size() == begun_count_) {
      prefilled_ = tools.clock.monotonic();
      finished_.timings.prefill_ms = milliseconds(prefilled_ - admitted_);
    }
    if (Status chosen = choose_tokens(tools, logits); !chosen) {
      status_ = std::move(chosen);
      is_done_ = true;
    }
    sequence_->set_draft({});
    channel_.flush();
  }
  sequence_->publish(sequence_->computed(), request_.shared_tokens);
}

// The first row gives a token as ever. While the answer goes on as drafted, the next row was
// computed from the very tokens that the next step would have had: the same logits, to which the
// same choice with the same random number is made, so the answer is that without drafts.
Status GenerateJob::choose_tokens(JobTools& tools, std::span<const float> logits) {
  const std::size_t vocabulary_size = tools.vocabulary_size;
  std::span<const TokenId> draft = sequence_->draft().first(logits.size() / vocabulary_size - 1);
  do {
    OUTPOST_CHECK(choose(tools, logits.first(vocabulary_size)));
    const std::size_t rows = is_done_ || cancel().cancelled() ? 0 : follow(draft);
    draft = draft.subspan(rows);
    logits = logits.subspan(rows * vocabulary_size);
  } while (!is_done_ && sequence_->pending() == 0);
  return {};
}

// Takes over the computed rows of `draft` that the answer has gone on with; returns how many.
std::size_t GenerateJob::follow(std::span<const TokenId> draft) {
  const auto pending = sequence_->tokens().last(sequence_->pending());
  const auto differs = std::ranges::mismatch(pending, draft).in1;
  const auto rows = static_cast<std::uint32_t>(differs - pending.begin());
  sequence_->mark_computed(rows);
  return rows;
}

Status GenerateJob::choose(JobTools& tools, std::span<const float> logits) {
  std::span<const std::uint32_t> mask;
  if (constrained_) {
    auto prepared = std::exchange(mask_, std::nullopt);
    OUTPOST_TRY(mask, prepared ? std::move(*prepared) : constrained_->fill_mask());
  }
  const auto token = tools.sampler.choose(logits, request_.sampling, history(), mask, random_);
  if (!token) {
    return fail(ErrorCode::kCorruptData, "the model gave no number that a token can be chosen by",
                "the weights may be damaged: verify the file");
  }
  if (is_end_token(*token)) {
    end(chat::FinishReason::kStop);
    return {};
  }
  measure_probabilities(tools, logits, *token);
  return extend(*token);
}

Status GenerateJob::extend(TokenId token) {
  if (!constrained_) {
    append(token, false);
  } else {
    OUTPOST_TRY(const auto extension, constrained_->take(token));
    bool is_forced = !extension.is_first_chosen;
    for (const TokenId next : extension.tokens) {
      append(next, is_forced);
      is_forced = true;
    }
    if (extension.is_finished && !is_done_) end(chat::FinishReason::kStop);
  }
  if (answer_.size() == request_.max_tokens && !is_done_) end(chat::FinishReason::kLength);
  return {};
}

// Drops what comes after a stop string: a grammar may have forced more.
void GenerateJob::append(TokenId token, bool is_forced) {
  if (stops_.match_length(stop_state_) > 0) return;
  if (sequence_) sequence_->append(token); // before, admit() takes over what there is
  if (drafts_) drafts_->append(token);
  answer_.push_back(token);
  is_forced_.push_back(is_forced ? 1 : 0);
  ++finished_.usage.completion_tokens;
  if (is_forced) {
    ++finished_.usage.forced_tokens;
    channel_.push({.token = token, .is_forced = true});
  } else {
    channel_.push({.token = token, .log_probability = log_probability_},
                  std::span(top_).first(top_count_));
  }
  for (const char byte : tokenizer_.bytes(token)) {
    stop_state_ = stops_.next(stop_state_, byte);
    if (stops_.match_length(stop_state_) > 0) {
      end(chat::FinishReason::kStop);
      return;
    }
  }
}

void GenerateJob::end(chat::FinishReason reason) {
  finished_.reason = reason;
  is_done_ = true;
}

bool GenerateJob::is_end_token(TokenId token) const {
  return std::ranges::find(tokenizer_.end_tokens(), token) != tokenizer_.end_tokens().end();
}

History GenerateJob::history() const {
  return {sequence_->tokens(), static_cast<std::uint32_t>(request_.prompt.size()), is_forced_};
}

void GenerateJob::measure_probabilities(JobTools& tools, std::span<const float> logits,
                                        TokenId token) {
  if (request_.log_probabilities) {
    log_probability_ = tools.sampler.log_probability(logits, token);
  }
  if (!top_.empty()) top_count_ = tools.sampler.top_log_probabilities(logits, top_);
}

void GenerateJob::finish(JobTools& tools, Status status) {
  // Destroyed here, on the engine thread: the caller's thread destroys the job, and must find
  // nothing that touches the pages.
  sequence_.reset();
  if (prefilled_.count() > 0) {
    finished_.timings.decode_ms = milliseconds(tools.clock.monotonic() - prefilled_);
  }
  if (!status) {
    finished_.reason = chat::FinishReason::kCancelled;
    if (status.error().code != ErrorCode::kCancelled) status_ = std::move(status);
  }
  channel_.close();
}

void GenerateJob::add_holdings(std::vector<PageId>& pages, std::uint32_t& reserved) const {
  if (!sequence_) return;
  pages.insert(pages.end(), sequence_->pages().begin(), sequence_->pages().end());
  reserved += sequence_->reserved_pages();
}

Result<Generated> GenerateJob::result() {
  if (!status_) return fail(std::move(status_).error());
  return Generated{std::move(answer_), finished_};
}

} // namespace outpost::engine
