#include "engine/embed_job.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/assert.h"

namespace outpost::engine {
namespace {

std::uint32_t count_tokens(const EmbedTokensRequest& request) {
  std::size_t count = 0;
  for (const auto& input : request.inputs) count += input.size();
  return static_cast<std::uint32_t>(count);
}

} // namespace

EmbedJob::EmbedJob(EmbedTokensRequest request, CancelToken cancel, std::uint32_t width)
    : Job(request.principal, request.work_class, std::move(cancel), count_tokens(request)),
      request_(std::move(request)), width_(width), order_(request_.inputs.size()),
      sequences_(order_.size()), inputs_left_(order_.size()),
      pooled_(order_.size(), chat::Embedding(width)) {
  std::iota(order_.begin(), order_.end(), 0u);
  std::ranges::sort(order_, std::greater(), [this](std::uint32_t input) {
    return std::pair(request_.inputs[input].size(), ~input); // equal ones as they came
  });
  active_.reserve(order_.size());
}

std::uint32_t EmbedJob::pages_min() const {
  return pages_for(static_cast<std::uint32_t>(request_.inputs[order_.front()].size()));
}

bool EmbedJob::admit(JobTools& tools) { return start_next(tools); }

bool EmbedJob::start_next(JobTools& tools) {
  const std::uint32_t input = order_[next_];
  const auto& tokens = request_.inputs[input];
  auto sequence = std::make_unique<Sequence>(tools.kv, scope());
  if (!sequence->start(tokens, 0, static_cast<std::uint32_t>(tokens.size()))) return false;
  sequences_[input] = std::move(sequence);
  active_.push_back(input);
  ++next_;
  return true;
}

void EmbedJob::add_lanes(JobTools& tools, std::size_t lanes_max, std::vector<Lane>& lanes) {
  while (active_.size() < lanes_max && next_ < order_.size() && start_next(tools)) {
  }
  for (std::size_t i = 0; i < std::min(active_.size(), lanes_max); ++i) {
    Lane lane{this, sequences_[active_[i]].get(), active_[i], 0, false};
    lane.wants_hidden = true;
    lane.is_whole = request_.are_whole;
    lanes.push_back(lane);
  }
}

void EmbedJob::take_rows(JobTools& tools, const Lane& lane, std::uint32_t rows,
                         std::span<const float> hidden) {
  pool(lane.node, hidden);
  lane.sequence->mark_computed(rows);
  if (lane.sequence->pending() > 0) return;
  sequences_[lane.node].reset();
  std::erase(active_, lane.node);
  --inputs_left_;
  if (!active_.empty() || next_ == order_.size()) return;
  const bool started = start_next(tools);
  OUTPOST_ASSERT(started); // no longer than the one that has just given its pages back
}

// Sums in the order of the positions, whatever the chunks: the same bits for the same text.
void EmbedJob::pool(std::uint32_t input, std::span<const float> hidden) {
  chat::Embedding& into = pooled_[input];
  const std::size_t rows = hidden.size() / width_;
  const bool is_first = sequences_[input]->computed() == 0;
  switch (request_.pooling) {
  case chat::Pooling::kMean:
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < width_; ++i) into[i] += hidden[row * width_ + i];
    }
    break;
  case chat::Pooling::kFirst:
    if (is_first) std::ranges::copy(hidden.first(width_), into.begin());
    break;
  case chat::Pooling::kLast:
    std::ranges::copy(hidden.subspan((rows - 1) * width_), into.begin());
    break;
  }
}

void EmbedJob::finish(JobTools&, Status status) {
  sequences_.clear();
  // Of a mean only the direction matters: it needs no division by the number of tokens.
  for (chat::Embedding& embedding : pooled_) chat::normalize(embedding);
  const std::lock_guard lock(mutex_);
  status_ = std::move(status);
  has_ended_ = true;
  ended_.notify_one();
}

void EmbedJob::add_holdings(std::vector<PageId>& pages, std::uint32_t& reserved) const {
  for (const std::uint32_t input : active_) {
    reserved += sequences_[input]->reserved_pages();
    const auto held = sequences_[input]->pages();
    pages.insert(pages.end(), held.begin(), held.end());
  }
}

Result<std::vector<chat::Embedding>> EmbedJob::wait() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return has_ended_; });
  if (!status_) return fail(std::move(status_).error());
  return std::move(pooled_);
}

} // namespace outpost::engine
