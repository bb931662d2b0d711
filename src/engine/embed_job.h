// Embedding texts: every input becomes a sequence whose rows give hidden states, which are pooled
// as they come; as many inputs at once as lanes and memory allow.
//
// Memory: inputs run longest first, so what one gives back always suffices for the next; a job that
// was admitted needs nobody else's pages. Nothing is taken from the prefix cache, where hidden
// states are not kept.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "chat/embedding.h"
#include "engine/job.h"

namespace outpost::engine {

struct EmbedTokensRequest {
  chat::PrincipalId principal;
  std::vector<std::vector<text::TokenId>> inputs; // each at least one token
  chat::Pooling pooling = chat::Pooling::kMean;
  bool are_whole = false; // each is computed in one step: the model is not causal
  chat::WorkClass work_class = chat::WorkClass::kInteractive;
};

class EmbedJob final : public Job {
public:
  // `request` has been checked; `width` values make a hidden state.
  EmbedJob(EmbedTokensRequest request, CancelToken cancel, std::uint32_t width);

  // Pages that its longest input needs.
  [[nodiscard]] std::uint32_t pages_min() const;

  [[nodiscard]] bool admit(JobTools& tools) override;
  void add_lanes(JobTools& tools, std::size_t lanes_max, std::vector<Lane>& lanes) override;
  void take_rows(JobTools& tools, const Lane& lane, std::uint32_t rows,
                 std::span<const float> hidden) override;
  [[nodiscard]] bool is_done() const override { return inputs_left_ == 0; }
  void finish(JobTools& tools, Status status) override;
  void add_holdings(std::vector<PageId>& pages, std::uint32_t& reserved) const override;

  // The thread that asked: waits for the end. One vector of length 1 (Euclidean) for each input, in
  // order.
  Result<std::vector<chat::Embedding>> wait();

private:
  [[nodiscard]] bool start_next(JobTools& tools);
  void pool(std::uint32_t input, std::span<const float> hidden);

  EmbedTokensRequest request_;
  std::uint32_t width_;
  std::vector<std::uint32_t> order_;                 // of inputs, longest first
  std::size_t next_ = 0;                             // in order_
  std::vector<std::uint32_t> active_;                // inputs that are being computed
  std::vector<std::unique_ptr<Sequence>> sequences_; // [inputs], of those that are active
  std::size_t inputs_left_;
  std::vector<chat::Embedding> pooled_; // [inputs][width]

  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false; // guarded by mutex_
  Status status_;          // guarded by mutex_
};

} // namespace outpost::engine
