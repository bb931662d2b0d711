// Generating one answer: the prompt is computed in chunks, then every row of logits becomes a token
// and what the grammar adds to it, until an end token, a stop string, the grammar's end or the
// budget.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "chat/chat.h"
#include "engine/answer_channel.h"
#include "engine/constrained_answer.h"
#include "engine/draft_source.h"
#include "engine/job.h"
#include "engine/stop_strings.h"
#include "grammar/constraint.h"

namespace outpost::engine {

struct GenerateRequest {
  chat::PrincipalId principal;
  chat::WorkClass work_class = chat::WorkClass::kInteractive;
  std::vector<text::TokenId> prompt; // at least one
  chat::Sampling sampling;
  std::unique_ptr<grammar::Constraint> constraint; // may be none
  std::uint32_t max_tokens = 512; // at least one; less when the context ends before
  std::vector<std::string> stop;
  bool log_probabilities = false;
  std::uint32_t top_log_probabilities = 0; // at most kTopLogProbabilitiesMax
  bool strip_leading_space = false;        // SentencePiece styles, at the start of a turn
  std::vector<text::TokenId> spelled;      // control tokens that are shown, as marks of tool calls
  // Most tokens that are drafted for one step (draft_source.h), at most kDraftTokensMax; 0: none.
  // The answer is the same, bit for bit.
  std::uint32_t draft_tokens_max = kDraftTokensMax;
  // The first tokens of the prompt that the operator declared to be for everybody: their pages may
  // serve every principal. Never set from what a user sends.
  std::uint32_t shared_tokens = 0;
};

inline constexpr std::uint32_t kTopLogProbabilitiesMax = 20;

struct Generated {
  std::vector<text::TokenId>
      tokens; // of the answer; no end token, and not beyond a stop string's end
  chat::Finished finished;
};

class GenerateJob final : public Job {
public:
  // What outlives the job and never changes.
  struct Vocabulary {
    const text::Tokenizer& tokenizer;
    const ClosingOrder& closing_order;
    std::size_t size; // of a mask: the tokenizer's or the logits', whichever is larger
  };
  // `request` has been checked, has a seed, and its max_tokens fits the context.
  GenerateJob(GenerateRequest request, StopStrings stops, CancelToken cancel,
              const Vocabulary& vocabulary, Clock& clock);

  // What the grammar forces before the first token, and what the prompt has to draft from. On the
  // thread that asked, before submitting; a job that is done then needs no engine.
  Status begin();

  [[nodiscard]] bool admit(JobTools& tools) override;
  void add_lanes(JobTools& tools, std::size_t lanes_max, std::vector<Lane>& lanes) override;
  void draft(const Lane& lane, std::uint32_t width) override;
  [[nodiscard]] bool prepares_choice() const override { return constrained_.has_value(); }
  void prepare_choice() override { mask_ = constrained_->fill_mask(); }
  void take_rows(JobTools& tools, const Lane& lane, std::uint32_t rows,
                 std::span<const float> logits) override;
  [[nodiscard]] bool is_done() const override { return is_done_; }
  void finish(JobTools& tools, Status status) override;
  void add_holdings(std::vector<PageId>& pages, std::uint32_t& reserved) const override;

  // ---- the thread that asked ----
  [[nodiscard]] AnswerChannel& channel() { return channel_; }
  [[nodiscard]] const StopStrings& stops() const { return stops_; }
  // After the channel has ended.
  Result<Generated> result();

private:
  Status choose_tokens(JobTools& tools, std::span<const float> logits);
  Status choose(JobTools& tools, std::span<const float> logits);
  std::size_t follow(std::span<const text::TokenId> draft);
  [[nodiscard]] DraftSource::Proposal propose();
  Status extend(text::TokenId token);
  void append(text::TokenId token, bool is_forced);
  void end(chat::FinishReason reason);
  [[nodiscard]] bool is_end_token(text::TokenId token) const;
  [[nodiscard]] History history() const;
  void measure_probabilities(JobTools& tools, std::span<const float> logits, text::TokenId token);

  GenerateRequest request_;
  StopStrings stops_;
  const text::Tokenizer& tokenizer_;
  std::optional<ConstrainedAnswer> constrained_;
  std::optional<Result<std::span<const std::uint32_t>>> mask_; // of the next choice, when prepared
  std::optional<DraftSource> drafts_;
  std::optional<Sequence> sequence_;
  AnswerChannel channel_;
  Random random_;
  StopStrings::State stop_state_ = StopStrings::kStart;
  std::size_t begun_count_ = 0; // of answer_: forced before the prompt was read
  std::vector<text::TokenId> answer_;
  std::vector<std::uint8_t> is_forced_; // [answer]
  // Of the token just chosen, for append().
  float log_probability_ = 0;
  std::vector<TokenProbability> top_;
  std::size_t top_count_ = 0;

  bool is_done_ = false;
  Status status_;
  chat::Finished finished_;
  std::chrono::nanoseconds submitted_{0}, admitted_{0}, prefilled_{0};
};

} // namespace outpost::engine
