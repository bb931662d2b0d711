#include "prompt/thought_budget.h"

#include <algorithm>
#include <string>

namespace outpost::prompt {
namespace {

using text::TokenId;

class BoundedThought final : public grammar::Constraint {
public:
  BoundedThought(const ThoughtBudget& budget, const text::Tokenizer& tokenizer,
                 std::unique_ptr<grammar::Constraint> inner)
      : tokenizer_(tokenizer), inner_(std::move(inner)),
        splitter_(budget.marks, budget.begins_inside, budget.ends), tokens_left_(budget.tokens),
        closing_(tokenizer.encode("\n" + std::string(budget.marks.close) + "\n\n",
                                  text::ControlTokens::kParse)) {}
  BoundedThought(const BoundedThought& other)
      : tokenizer_(other.tokenizer_), inner_(other.inner_ ? other.inner_->fork() : nullptr),
        splitter_(other.splitter_), tokens_left_(other.tokens_left_),
        is_closing_(other.is_closing_), closing_(other.closing_) {}
  BoundedThought& operator=(const BoundedThought&) = delete;

  Status fill_mask(grammar::TokenMask mask) override {
    if (inner_) return inner_->fill_mask(mask);
    const std::size_t count = tokenizer_.vocabulary_size();
    std::fill_n(mask.begin(), count / 32, ~std::uint32_t{0});
    if (count % 32 != 0) mask[count / 32] = (std::uint32_t{1} << (count % 32)) - 1;
    return {};
  }

  Status accept(TokenId token) override {
    if (inner_) OUTPOST_CHECK(inner_->accept(token));
    if (is_closing_ && !closing_.empty()) {
      if (closing_.front() != token) {
        return fail(ErrorCode::kInternal, "a thought that is to end goes on");
      }
      closing_.erase(closing_.begin());
      return {};
    }
    if (is_closing_ || splitter_.is_past_thought()) return {};
    const bool was_inside = splitter_.is_in_thought();
    const std::string_view bytes = tokenizer_.bytes(token);
    (void)splitter_.push(bytes.empty() ? tokenizer_.spelling(token) : bytes);
    if (was_inside && splitter_.is_in_thought() && tokens_left_ > 0) --tokens_left_;
    return {};
  }

  Result<std::vector<TokenId>> forced_tokens() override {
    if (splitter_.is_in_thought() && tokens_left_ == 0 && !is_closing_) {
      is_closing_ = true;
      if (!inner_allows_closing()) closing_.clear();
    }
    if (is_closing_ && !closing_.empty()) return closing_;
    return inner_ ? inner_->forced_tokens() : std::vector<TokenId>();
  }

  [[nodiscard]] bool is_finished() const override { return inner_ && inner_->is_finished(); }
  [[nodiscard]] bool may_end() override { return !inner_ || inner_->may_end(); }
  [[nodiscard]] std::unique_ptr<grammar::Constraint> fork() const override {
    return std::make_unique<BoundedThought>(*this);
  }

private:
  // A grammar that knows of no thought may take the opening mark for words and no closing one.
  [[nodiscard]] bool inner_allows_closing() const {
    if (!inner_) return true;
    const std::unique_ptr<grammar::Constraint> after = inner_->fork();
    return std::ranges::all_of(
        closing_, [&after](TokenId token) { return after->accept(token).has_value(); });
  }

  const text::Tokenizer& tokenizer_;
  std::unique_ptr<grammar::Constraint> inner_; // null: nothing else is bound
  ThoughtSplitter splitter_;                   // of the answer so far
  std::uint32_t tokens_left_;
  bool is_closing_ = false;
  std::vector<TokenId> closing_; // what is left of the closing mark's tokens
};

} // namespace

std::unique_ptr<grammar::Constraint> bound_thought(const ThoughtBudget& budget,
                                                   const text::Tokenizer& tokenizer,
                                                   std::unique_ptr<grammar::Constraint> inner) {
  return std::make_unique<BoundedThought>(budget, tokenizer, std::move(inner));
}

} // namespace outpost::prompt
