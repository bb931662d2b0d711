#include "engine/score_job.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/assert.h"

namespace outpost::engine {
namespace {

std::uint32_t count_item_tokens(const std::vector<ScoreItem>& items) {
  std::size_t count = 0;
  for (const ScoreItem& item : items) count += item.path_length() + 1;
  return static_cast<std::uint32_t>(count);
}

} // namespace

ScoreJob::ScoreJob(ScoreTokensRequest request, CancelToken cancel, std::uint32_t rows_max)
    : Job(request.principal, request.work_class, std::move(cancel),
          count_item_tokens(request.items)),
      request_(std::move(request)), tree_(make_score_tree(request_.items)),
      states_(tree_.nodes.size()), row_sums_(rows_max), nodes_left_(tree_.nodes.size()),
      scores_(request_.items.size()) {
  ready_.reserve(tree_.nodes.size());
  active_.reserve(tree_.nodes.size());
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    scores_[i].token_log_probabilities.resize(request_.items[i].continuation.size());
  }
  // Children stand behind their parents, so from the back every node's place is complete.
  for (auto index = static_cast<std::uint32_t>(states_.size()); index-- > 0;) {
    const ScoreNode& node = tree_.nodes[index];
    NodeState& state = states_[index];
    state.children_left = state.children_to_start = node.child_count;
    state.need = Sequence::own_pages(node.begin, node.end) + state.place.pages;
    Place& place = place_of_parent(node);
    place.pages = std::max(place.pages, state.need);
    if (node.parent == kNoNode) {
      ++roots_to_start_;
      ready_.push_back(index);
    }
  }
}

ScoreJob::Place& ScoreJob::place_of_parent(const ScoreNode& node) {
  return node.parent == kNoNode ? root_place_ : states_[node.parent].place;
}

std::uint32_t& ScoreJob::siblings_to_start(const ScoreNode& node) {
  return node.parent == kNoNode ? roots_to_start_ : states_[node.parent].children_to_start;
}

std::vector<text::TokenId> ScoreJob::path_tokens(const ScoreNode& node) const {
  const ScoreItem& last = request_.items[tree_.order[node.first_item + node.item_count - 1]];
  std::vector<text::TokenId> tokens(node.end);
  for (std::uint32_t i = 0; i < node.end; ++i) tokens[i] = last.token(i);
  return tokens;
}

bool ScoreJob::admit(JobTools& tools) {
  if (!tools.kv.reserve(root_place_.pages)) return false;
  root_place_.reserved = root_place_.pages;
  return true;
}

void ScoreJob::give_up(JobTools& tools, Place& place) {
  tools.kv.unreserve(place.reserved);
  place = {};
}

// Reserves for itself; takes from the cache what is there (under a parent in a place nothing is:
// what runs there is never published).
bool ScoreJob::start_beside(JobTools& tools, std::uint32_t index) {
  const ScoreNode& node = tree_.nodes[index];
  NodeState& state = states_[index];
  if (!tools.kv.reserve(state.place.pages)) return false;
  state.sequence = std::make_unique<Sequence>(tools.kv, scope());
  const std::vector<text::TokenId> tokens = path_tokens(node);
  const bool started = node.parent == kNoNode
                           ? state.sequence->start(tokens, node.wanted_from, node.end)
                           : state.sequence->fork(*states_[node.parent].sequence, node.begin,
                                                  tokens, node.wanted_from);
  if (!started) tools.kv.unreserve(state.place.pages);
  return started;
}

void ScoreJob::start_in_place(JobTools& tools, std::uint32_t index) {
  const ScoreNode& node = tree_.nodes[index];
  NodeState& state = states_[index];
  place_of_parent(node).reserved -= state.need;
  state.is_in_place = state.is_place_holder = true;
  state.sequence = std::make_unique<Sequence>(tools.kv, scope());
  const Sequence* parent = node.parent == kNoNode ? nullptr : states_[node.parent].sequence.get();
  state.sequence->fork_reserved(parent, node.begin, path_tokens(node));
}

bool ScoreJob::start(JobTools& tools, std::uint32_t index) {
  const ScoreNode& node = tree_.nodes[index];
  NodeState& state = states_[index];
  Place& place = place_of_parent(node);
  std::uint32_t& to_start = siblings_to_start(node);
  state.is_in_place = node.parent != kNoNode && states_[node.parent].is_in_place;
  const bool has_place = place.pages > 0 && place.is_free();
  if (has_place && to_start == 1 && !state.is_in_place) {
    // Nobody comes after it: the place is given up, and what it held covers what this one needs.
    give_up(tools, place);
    const bool started = start_beside(tools, index);
    OUTPOST_ASSERT(started);
  } else if (!start_beside(tools, index)) {
    if (!has_place) return false;
    start_in_place(tools, index);
  }
  --to_start;
  state.place.reserved = state.place.pages;
  return true;
}

void ScoreJob::start_ready(JobTools& tools, std::size_t lanes_max) {
  while (!ready_.empty() && active_.size() < lanes_max) {
    const std::uint32_t index = ready_.back();
    if (!start(tools, index)) break;
    ready_.pop_back();
    if (states_[index].sequence->pending() == 0) {
      mark_computed(tools, index); // the cache had all of it
    } else {
      active_.push_back(index);
    }
  }
}

void ScoreJob::add_lanes(JobTools& tools, std::size_t lanes_max, std::vector<Lane>& lanes) {
  start_ready(tools, lanes_max);
  for (std::size_t i = 0; i < std::min(active_.size(), lanes_max); ++i) {
    const std::uint32_t index = active_[i];
    Sequence& sequence = *states_[index].sequence;
    const std::uint32_t wanted_from = tree_.nodes[index].wanted_from;
    const std::uint32_t before =
        wanted_from > sequence.computed() ? wanted_from - sequence.computed() : 0;
    Lane lane{this, &sequence, index, before, false};
    lane.wants_inner = !request_.readouts.empty();
    lanes.push_back(lane);
  }
}

void ScoreJob::take_rows(JobTools& tools, const Lane& lane, std::uint32_t rows,
                         std::span<const float> logits) {
  const ScoreNode& node = tree_.nodes[lane.node];
  if (!logits.empty()) {
    const std::uint32_t first_position = lane.sequence->computed() + lane.rows_before_logits;
    take_logits(tools, node, first_position, logits);
    take_states(node, first_position, lane.inner);
  }
  lane.sequence->mark_computed(rows);
  if (lane.sequence->pending() > 0) return;
  std::erase(active_, lane.node);
  mark_computed(tools, lane.node);
}

void ScoreJob::take_logits(JobTools& tools, const ScoreNode& node, std::uint32_t first_position,
                           std::span<const float> logits) {
  const std::size_t vocabulary = tools.vocabulary_size;
  const std::size_t rows = logits.size() / vocabulary;
  OUTPOST_ASSERT(rows <= row_sums_.size());
  tools.workers.run([&](unsigned worker) {
    const auto share = tools.workers.share(rows, worker);
    for (std::size_t row = share.begin; row < share.end; ++row) {
      row_sums_[row] = tools.kernels.log_sum_exp(logits.data() + row * vocabulary, vocabulary);
    }
  });
  for (std::uint32_t i = node.first_item; i < node.first_item + node.item_count; ++i) {
    const ScoreItem& item = request_.items[tree_.order[i]];
    chat::Score& score = scores_[tree_.order[i]];
    for (std::size_t row = 0; row < rows; ++row) {
      const auto position = static_cast<std::uint32_t>(first_position + row);
      if (position < item.first_wanted() || position >= item.path_length()) continue;
      const auto target = static_cast<std::size_t>(item.token(position + 1));
      const double value = logits[row * vocabulary + target] - row_sums_[row];
      score.token_log_probabilities[position - item.first_wanted()] = static_cast<float>(value);
    }
  }
}

// Sums in the order of the columns: the same bits whatever else is in the step.
void ScoreJob::take_states(const ScoreNode& node, std::uint32_t first_position,
                           std::span<const float> states) {
  if (request_.readouts.empty()) return;
  const std::size_t width = request_.readouts.front().size();
  for (std::uint32_t i = node.first_item; i < node.first_item + node.item_count; ++i) {
    const ScoreItem& item = request_.items[tree_.order[i]];
    const std::uint32_t position = item.first_wanted();
    if (!item.reads_state || position < first_position) continue;
    const std::size_t row = position - first_position;
    if (row >= states.size() / width) continue;
    const std::span<const float> state = states.subspan(row * width, width);
    std::vector<double>& out = scores_[tree_.order[i]].readouts;
    for (const std::vector<float>& readout : request_.readouts) {
      out.push_back(std::inner_product(state.begin(), state.end(), readout.begin(), 0.0));
    }
  }
}

void ScoreJob::mark_computed(JobTools& tools, std::uint32_t index) {
  const ScoreNode& node = tree_.nodes[index];
  NodeState& state = states_[index];
  if (!state.is_in_place) state.sequence->publish(node.prompt_end);
  if (node.child_count == 0) {
    finish_subtree(tools, index);
    return;
  }
  for (std::uint32_t c = node.first_child; c != kNoNode; c = tree_.nodes[c].next_sibling) {
    ready_.push_back(c);
  }
}

// Gives the pages back, of the node and of every parent that waited for it alone.
void ScoreJob::finish_subtree(JobTools& tools, std::uint32_t index) {
  while (index != kNoNode) {
    const ScoreNode& node = tree_.nodes[index];
    NodeState& state = states_[index];
    --nodes_left_;
    state.sequence.reset();
    give_up(tools, state.place);
    if (state.is_place_holder) {
      const bool is_whole_again = tools.kv.reserve(state.need);
      OUTPOST_ASSERT(is_whole_again);
      place_of_parent(node).reserved += state.need;
    }
    if (node.parent == kNoNode || --states_[node.parent].children_left > 0) return;
    index = node.parent;
  }
}

void ScoreJob::finish(JobTools& tools, Status status) {
  // Children first: they hold more pages of the same path.
  for (auto index = states_.size(); index-- > 0;) {
    NodeState& state = states_[index];
    if (!state.sequence) continue;
    state.sequence.reset();
    give_up(tools, state.place);
  }
  give_up(tools, root_place_);
  for (chat::Score& score : scores_) {
    for (const float value : score.token_log_probabilities) score.log_probability += value;
  }
  const std::lock_guard lock(mutex_);
  status_ = std::move(status);
  has_ended_ = true;
  ended_.notify_one();
}

void ScoreJob::add_holdings(std::vector<PageId>& pages, std::uint32_t& reserved) const {
  reserved += root_place_.reserved;
  for (const NodeState& state : states_) {
    reserved += state.place.reserved;
    if (!state.sequence) continue;
    reserved += state.sequence->reserved_pages();
    pages.insert(pages.end(), state.sequence->pages().begin(), state.sequence->pages().end());
  }
}

Result<std::vector<chat::Score>> ScoreJob::wait() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return has_ended_; });
  if (!status_) return fail(std::move(status_).error());
  return std::move(scores_);
}

} // namespace outpost::engine
