#include "engine/sequence.h"

#include <algorithm>

#include "base/assert.h"

namespace outpost::engine {

std::optional<PageId> Sequence::page_before(std::size_t index) const {
  return index == 0 ? std::nullopt : std::optional<PageId>(pages_[index - 1]);
}

PageTokens Sequence::page_tokens(std::size_t index) const {
  return PageTokens(tokens_.data() + index * kPageTokens, kPageTokens);
}

void Sequence::begin(std::span<const TokenId> tokens, std::uint32_t length_max) {
  OUTPOST_ASSERT(pages_.empty() && reserved_pages_ == 0 && tokens.size() <= length_max);
  tokens_.reserve(length_max);
  tokens_.assign(tokens.begin(), tokens.end());
  pages_.reserve(pages_for(length_max));
  draft_.reserve(kDraftTokensMax);
}

void Sequence::take_cached(std::uint32_t reusable) {
  OUTPOST_ASSERT(reusable <= tokens_.size());
  // Only under pages that are in the tree themselves can more of them be.
  if (published_pages_ != pages_.size()) return;
  while ((pages_.size() + 1) * kPageTokens <= reusable) {
    const std::size_t index = pages_.size();
    const auto page = kv_.find(page_before(index), scope_, page_tokens(index));
    if (!page) break;
    kv_.share(*page);
    pages_.push_back(*page);
    ++published_pages_;
  }
  computed_ = reused_ = published_pages_ * kPageTokens;
}

// Pinning came first: what is pinned is not there for the reservation to count on.
bool Sequence::reserve_rest(std::uint32_t length_max) {
  const std::uint32_t need = pages_for(length_max) - static_cast<std::uint32_t>(pages_.size());
  if (!kv_.reserve(need)) {
    release();
    return false;
  }
  reserved_pages_ = need;
  return true;
}

bool Sequence::start(std::span<const TokenId> tokens, std::uint32_t reusable,
                     std::uint32_t length_max) {
  begin(tokens, length_max);
  take_cached(reusable);
  return reserve_rest(length_max);
}

void Sequence::share_pages(const Sequence& parent, std::uint32_t shared) {
  const std::uint32_t full_pages = shared / kPageTokens;
  for (std::uint32_t index = 0; index < full_pages; ++index) {
    kv_.share(parent.pages_[index]);
    pages_.push_back(parent.pages_[index]);
  }
  published_pages_ = std::min(parent.published_pages_, full_pages);
}

void Sequence::copy_begun_page(const Sequence& parent, std::uint32_t shared) {
  if (shared % kPageTokens != 0) {
    computed_ = shared / kPageTokens * kPageTokens;
    prepare(shared - computed_);
    kv_.copy_page(parent.pages_[shared / kPageTokens], pages_.back());
  }
  computed_ = reused_ = shared;
}

bool Sequence::fork(const Sequence& parent, std::uint32_t shared, std::span<const TokenId> tokens,
                    std::uint32_t reusable) {
  OUTPOST_ASSERT(shared <= parent.computed() && shared <= tokens.size());
  const auto length = static_cast<std::uint32_t>(tokens.size());
  begin(tokens, length);
  share_pages(parent, shared);
  take_cached(reusable);
  if (!reserve_rest(length)) return false;
  if (computed_ < shared) copy_begun_page(parent, shared);
  return true;
}

void Sequence::fork_reserved(const Sequence* parent, std::uint32_t shared,
                             std::span<const TokenId> tokens) {
  const auto length = static_cast<std::uint32_t>(tokens.size());
  begin(tokens, length);
  reserved_pages_ = own_pages(shared, length);
  if (parent == nullptr) return;
  OUTPOST_ASSERT(shared <= parent->computed() && shared <= length);
  share_pages(*parent, shared);
  copy_begun_page(*parent, shared);
}

void Sequence::append(TokenId token) {
  OUTPOST_ASSERT(tokens_.size() < tokens_.capacity());
  tokens_.push_back(token);
}

void Sequence::set_draft(std::span<const TokenId> draft) {
  OUTPOST_ASSERT(draft.size() <= kDraftTokensMax);
  OUTPOST_ASSERT(tokens_.size() + draft.size() <= tokens_.capacity());
  draft_.assign(draft.begin(), draft.end());
}

void Sequence::add_row_tokens(std::uint32_t rows, std::vector<TokenId>& out) const {
  const std::uint32_t own = std::min(rows, pending());
  const auto begin = tokens_.begin() + computed_;
  out.insert(out.end(), begin, begin + own);
  out.insert(out.end(), draft_.begin(), draft_.begin() + (rows - own));
}

void Sequence::prepare(std::uint32_t rows) {
  OUTPOST_ASSERT(computed_ + rows <= tokens_.size() + draft_.size());
  while (pages_.size() < pages_for(computed_ + rows)) {
    OUTPOST_ASSERT(reserved_pages_ > 0);
    pages_.push_back(kv_.take_reserved());
    --reserved_pages_;
  }
}

void Sequence::mark_computed(std::uint32_t rows) {
  computed_ += rows;
  OUTPOST_ASSERT(computed_ <= tokens_.size() && pages_for(computed_) <= pages_.size());
}

void Sequence::publish(std::uint32_t limit, std::uint32_t shared_limit) {
  const std::uint32_t full_pages = std::min(limit, computed_) / kPageTokens;
  for (; published_pages_ < full_pages; ++published_pages_) {
    const std::uint32_t index = published_pages_;
    const bool is_shared = (index + 1) * kPageTokens <= shared_limit;
    pages_[index] = kv_.publish(page_before(index), is_shared ? kSharedScope : scope_,
                                page_tokens(index), pages_[index]);
  }
}

void Sequence::release() {
  while (!pages_.empty()) {
    kv_.release(pages_.back());
    pages_.pop_back();
  }
  kv_.unreserve(reserved_pages_);
  reserved_pages_ = 0;
  computed_ = reused_ = published_pages_ = 0;
}

} // namespace outpost::engine
