// Scoring many continuations in one batched pass: every node of the score tree (score_tree.h)
// becomes a sequence forked from its parent's, as many at once as lanes and memory allow.
//
// Memory: whoever starts reserves what one path of descendants needs (its place), so a branch can
// always go on through the place even when nothing else is free, and jobs never wait for each other
// in a circle. Branches that run beside the place reserve for themselves, if there is room. What
// runs in a place leaves the cache alone: a page shared with others might stay with them, and the
// place must be whole again when the next sibling needs it.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "chat/chat_model.h"
#include "engine/job.h"
#include "engine/score_tree.h"

namespace outpost::engine {

struct ScoreTokensRequest {
  chat::PrincipalId principal;
  std::vector<ScoreItem> items;
  chat::WorkClass work_class = chat::WorkClass::kInteractive;
  std::vector<std::vector<float>> readouts; // see chat::ScoreRequest
};

class ScoreJob final : public Job {
public:
  // `request` has been checked. `rows_max`: most rows of logits that one step gives.
  ScoreJob(ScoreTokensRequest request, CancelToken cancel, std::uint32_t rows_max);

  // The pages it needs to run at all, one path at a time.
  [[nodiscard]] std::uint32_t pages_min() const { return root_place_.pages; }

  [[nodiscard]] bool admit(JobTools& tools) override;
  void add_lanes(JobTools& tools, std::size_t lanes_max, std::vector<Lane>& lanes) override;
  void take_rows(JobTools& tools, const Lane& lane, std::uint32_t rows,
                 std::span<const float> logits) override;
  [[nodiscard]] bool is_done() const override { return nodes_left_ == 0; }
  void finish(JobTools& tools, Status status) override;
  void add_holdings(std::vector<PageId>& pages, std::uint32_t& reserved) const override;

  // The thread that asked: waits for the end.
  Result<std::vector<chat::Score>> wait();

private:
  // Pages set aside so that one child's subtree at a time can always run.
  struct Place {
    std::uint32_t pages = 0;
    std::uint32_t reserved = 0; // of them, now; less while a child is in it
    [[nodiscard]] bool is_free() const { return reserved == pages; }
  };
  struct NodeState {
    std::unique_ptr<Sequence> sequence;
    std::uint32_t children_left = 0; // not yet finished
    std::uint32_t children_to_start = 0;
    Place place;                  // for its children
    std::uint32_t need = 0;       // own pages and those of the place
    bool is_in_place = false;     // it, or one above it, is in its parent's place
    bool is_place_holder = false; // it is itself
  };

  [[nodiscard]] std::vector<text::TokenId> path_tokens(const ScoreNode& node) const;
  Place& place_of_parent(const ScoreNode& node);
  std::uint32_t& siblings_to_start(const ScoreNode& node);
  [[nodiscard]] bool start(JobTools& tools, std::uint32_t index);
  [[nodiscard]] bool start_beside(JobTools& tools, std::uint32_t index);
  void give_up(JobTools& tools, Place& place);
  void start_in_place(JobTools& tools, std::uint32_t index);
  void start_ready(JobTools& tools, std::size_t lanes_max);
  void mark_computed(JobTools& tools, std::uint32_t index);
  void finish_subtree(JobTools& tools, std::uint32_t index);
  void take_logits(JobTools& tools, const ScoreNode& node, std::uint32_t first_position,
                   std::span<const float> logits);
  void take_states(const ScoreNode& node, std::uint32_t first_position,
                   std::span<const float> states);

  ScoreTokensRequest request_;
  ScoreTree tree_;
  std::vector<NodeState> states_;     // [nodes]
  std::vector<std::uint32_t> ready_;  // to start, next last
  std::vector<std::uint32_t> active_; // started and not yet computed
  std::vector<double> row_sums_;      // [rows_max] log-sum-exp of a step's rows
  std::uint32_t roots_to_start_ = 0;
  Place root_place_;
  std::size_t nodes_left_ = 0;
  std::vector<chat::Score> scores_; // [items]

  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false; // guarded by mutex_
  Status status_;          // guarded by mutex_
};

} // namespace outpost::engine
