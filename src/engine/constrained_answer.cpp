#include "engine/constrained_answer.h"

#include <algorithm>
#include <string>
#include <utility>

namespace outpost::engine {
namespace {

using text::TokenId;

// A way to the end is looked for at every token once the budget is down to twice the longest way
// seen plus this many, and every kCheckInterval tokens before: one token may open an object with
// many required fields, and the check must come before there is no room for them.
constexpr std::uint32_t kCheckMargin = 64;
constexpr std::uint32_t kCheckInterval = 16;

} // namespace

ConstrainedAnswer::ConstrainedAnswer(std::unique_ptr<grammar::Constraint> constraint,
                                     const ClosingOrder& order, std::size_t vocabulary_size,
                                     std::uint32_t budget_tokens)
    : constraint_(std::move(constraint)), closer_(order, vocabulary_size),
      mask_((vocabulary_size + 31) / 32), budget_left_(budget_tokens) {
  appended_.reserve(64);
}

ConstrainedAnswer::Extension ConstrainedAnswer::extension(bool is_first_chosen) const {
  return {appended_, is_first_chosen, is_finished_};
}

bool ConstrainedAnswer::is_check_due() const {
  if (unchecked_tokens_ >= kCheckInterval) return true;
  return !found_no_way_ && budget_left_ <= 2 * closing_length_max_ + kCheckMargin;
}

Status ConstrainedAnswer::accept(TokenId token) {
  OUTPOST_CHECK(constraint_->accept(token));
  if (closing_ && !closing_->empty() && closing_->back() == token) {
    closing_->pop_back();
  } else {
    closing_.reset();
  }
  appended_.push_back(token);
  --budget_left_;
  return {};
}

Status ConstrainedAnswer::append_forced() {
  while (budget_left_ > 0 && !constraint_->is_finished()) {
    OUTPOST_TRY(const std::vector<TokenId> forced, constraint_->forced_tokens());
    if (forced.empty()) break;
    const std::size_t count = std::min<std::size_t>(forced.size(), budget_left_);
    for (std::size_t i = 0; i < count; ++i) OUTPOST_CHECK(accept(forced[i]));
  }
  is_finished_ = constraint_->is_finished() || (budget_left_ == 0 && constraint_->may_end());
  return {};
}

Status ConstrainedAnswer::append_closing() {
  std::vector<TokenId> way = *std::exchange(closing_, std::nullopt);
  for (; !way.empty(); way.pop_back()) OUTPOST_CHECK(accept(way.back()));
  is_finished_ = true;
  return {};
}

Result<ConstrainedAnswer::Extension> ConstrainedAnswer::begin() {
  appended_.clear();
  OUTPOST_CHECK(append_forced());
  unchecked_tokens_ = kCheckInterval;
  return extension(false);
}

Result<std::span<const std::uint32_t>> ConstrainedAnswer::fill_mask() {
  std::ranges::fill(mask_, 0u);
  OUTPOST_CHECK(constraint_->fill_mask(mask_));
  if (std::ranges::any_of(mask_, [](std::uint32_t word) { return word != 0; })) return mask_;
  return fail(ErrorCode::kInvalidArgument,
              "the grammar allows no token and is not at its end, with " +
                  std::to_string(budget_left_) + " tokens of the budget left",
              "the schema, pattern or grammar cannot be satisfied from here");
}

// Whether the way that is known leads to the end behind `token` as well, as it does within a
// string. To follow it takes no masks, which to find one does: several for each token.
bool ConstrainedAnswer::known_way_holds(TokenId token) const {
  if (!closing_ || closing_->size() + 1 > budget_left_) return false;
  const std::unique_ptr<grammar::Constraint> after = constraint_->fork();
  if (!after->accept(token)) return false;
  for (auto next = closing_->rbegin(); next != closing_->rend(); ++next) {
    if (!after->accept(*next)) return false;
  }
  return after->is_finished() || after->may_end();
}

// Looks whether the answer can still end after `token`. When it can, closing_ is the way from
// there, `token` included; when not, closing_ is the way from here without it.
Result<bool> ConstrainedAnswer::leaves_room(TokenId token) {
  unchecked_tokens_ = 0;
  if (closing_ && !closing_->empty() && closing_->back() == token) return true;
  if (known_way_holds(token)) {
    closing_->push_back(token);
    return true;
  }
  const std::unique_ptr<grammar::Constraint> after = constraint_->fork();
  OUTPOST_CHECK(after->accept(token));
  OUTPOST_TRY(auto way, closer_.path(*after, budget_left_ - 1));
  const bool has_room = way.has_value();
  if (has_room) {
    closing_length_max_ = std::max(closing_length_max_, static_cast<std::uint32_t>(way->size()));
    way->insert(way->begin(), token);
  } else if (!closing_) {
    OUTPOST_TRY(way, closer_.path(*constraint_, budget_left_));
  } else {
    return false;
  }
  found_no_way_ = !way;
  if (way) std::ranges::reverse(*way);
  closing_ = std::move(way);
  // With no way known at all the model's choice is as good as any.
  return has_room || found_no_way_;
}

Result<ConstrainedAnswer::Extension> ConstrainedAnswer::take(TokenId token) {
  appended_.clear();
  ++unchecked_tokens_;
  bool takes_token = true;
  if (is_check_due()) {
    OUTPOST_TRY(takes_token, leaves_room(token));
  }
  if (!takes_token) {
    OUTPOST_CHECK(append_closing());
    return extension(false);
  }
  OUTPOST_CHECK(accept(token));
  OUTPOST_CHECK(append_forced());
  // Exactly enough is left: nothing but the way to the end can follow, so it needs no steps.
  if (!is_finished_ && closing_ && closing_->size() == budget_left_)
    OUTPOST_CHECK(append_closing());
  return extension(true);
}

// An error only means that this is no way on: the constraint itself stays where it is.
std::span<const TokenId> ConstrainedAnswer::allowed(std::span<const TokenId> proposed) {
  allowed_.clear();
  const std::unique_ptr<grammar::Constraint> after = constraint_->fork();
  while (allowed_.size() < proposed.size() && !after->is_finished()) {
    const TokenId next = proposed[allowed_.size()];
    if (!after->accept(next)) break;
    allowed_.push_back(next);
    const auto forced = after->forced_tokens();
    if (!forced) break;
    const std::size_t room = proposed.size() - allowed_.size();
    const std::size_t count = std::min(forced->size(), room);
    const auto expected = proposed.subspan(allowed_.size(), count);
    allowed_.insert(allowed_.end(), forced->begin(),
                    forced->begin() + static_cast<std::ptrdiff_t>(count));
    // Behind other tokens than it proposed, a proposal means nothing.
    if (!std::equal(expected.begin(), expected.end(), forced->begin())) break;
    for (std::size_t i = 0; i < count; ++i) {
      if (!after->accept((*forced)[i])) return allowed_;
    }
  }
  return allowed_;
}

} // namespace outpost::engine
