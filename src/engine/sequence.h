// A sequence: tokens, how many of them have their keys and values computed, and the pages that hold
// those. Full pages are shared with whoever has the same beginning; a page that is written belongs
// to one sequence alone.
//
// A draft is what may follow: its rows are computed with the pending ones, but it is no part of the
// sequence. Where the sequence goes on as drafted, append() and mark_computed() make it one; all
// else is forgotten, and its keys and values are overwritten before anybody reads them.
//
// Lives on the engine thread. After start() or fork() it allocates nothing.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/draft_source.h"
#include "engine/kv_space.h"

namespace outpost::engine {

class Sequence {
public:
  Sequence(KvSpace& kv, ScopeId scope) : kv_(kv), scope_(scope) {}
  Sequence(const Sequence&) = delete;
  Sequence& operator=(const Sequence&) = delete;
  ~Sequence() { release(); }

  // Begins with `tokens`, to grow to at most `length_max`. Takes what the cache has of the first
  // `reusable` tokens and reserves the rest. False, with nothing taken, when memory does not
  // suffice. REQUIRES: new or released; reusable <= tokens.size() <= length_max.
  [[nodiscard]] bool start(std::span<const TokenId> tokens, std::uint32_t reusable,
                           std::uint32_t length_max);
  // Begins with `tokens` as `parent` stands at position `shared`, to grow no further: full pages
  // are shared, a page begun is copied. Uses the cache instead where it reaches further (within the
  // first `reusable` tokens). False, with nothing taken, when memory does not suffice. REQUIRES:
  // new; parent has `shared` tokens computed, the same ones.
  [[nodiscard]] bool fork(const Sequence& parent, std::uint32_t shared,
                          std::span<const TokenId> tokens, std::uint32_t reusable);
  // The same without the cache, from own_pages(shared, tokens.size()) pages that the caller
  // reserved: cannot fail, and gives back exactly as many when it ends. Without a parent, shared is
  // 0.
  void fork_reserved(const Sequence* parent, std::uint32_t shared, std::span<const TokenId> tokens);
  // Pages of its own that a fork at `shared` needs at most, to have `length` tokens.
  static std::uint32_t own_pages(std::uint32_t shared, std::uint32_t length) {
    return pages_for(length) - shared / kPageTokens;
  }

  // REQUIRES: within length_max.
  void append(TokenId token);
  // Replaces the draft. REQUIRES: at most kDraftTokensMax, and within length_max.
  void set_draft(std::span<const TokenId> draft);
  // Adds the tokens of the next `rows` rows to `out`: pending ones, then the draft.
  void add_row_tokens(std::uint32_t rows, std::vector<TokenId>& out) const;
  // Sees to it that positions < computed() + rows have pages.
  void prepare(std::uint32_t rows);
  // The step has written the keys and values of the next `rows` tokens. REQUIRES: <= pending().
  void mark_computed(std::uint32_t rows);
  // Offers full computed pages within the first `limit` tokens to the cache; those within the first
  // `shared_limit` as everybody's.
  void publish(std::uint32_t limit, std::uint32_t shared_limit = 0);
  // Gives all pages and what is left of the reservation back.
  void release();

  [[nodiscard]] std::span<const TokenId> tokens() const { return tokens_; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(tokens_.size()); }
  [[nodiscard]] std::uint32_t computed() const { return computed_; }
  [[nodiscard]] std::uint32_t pending() const { return size() - computed_; }
  [[nodiscard]] std::span<const TokenId> draft() const { return draft_; }
  // Tokens that start() or fork() found computed.
  [[nodiscard]] std::uint32_t reused() const { return reused_; }
  [[nodiscard]] std::span<const PageId> pages() const { return pages_; }
  [[nodiscard]] std::uint32_t reserved_pages() const { return reserved_pages_; }

private:
  [[nodiscard]] std::optional<PageId> page_before(std::size_t index) const;
  [[nodiscard]] PageTokens page_tokens(std::size_t index) const;
  void begin(std::span<const TokenId> tokens, std::uint32_t length_max);
  // Takes what the cache has beyond the pages it has already, within the first `reusable` tokens.
  void take_cached(std::uint32_t reusable);
  [[nodiscard]] bool reserve_rest(std::uint32_t length_max);
  // Shares the parent's full pages up to position `shared`.
  void share_pages(const Sequence& parent, std::uint32_t shared);
  // Takes over what the parent's page in the middle of which `shared` lies holds.
  void copy_begun_page(const Sequence& parent, std::uint32_t shared);

  KvSpace& kv_;
  ScopeId scope_;
  std::vector<TokenId> tokens_;
  std::vector<TokenId> draft_;
  std::vector<PageId> pages_;
  std::uint32_t computed_ = 0;
  std::uint32_t reused_ = 0;
  std::uint32_t published_pages_ = 0; // of pages_, the leading ones that are in the cache
  std::uint32_t reserved_pages_ = 0;
};

} // namespace outpost::engine
