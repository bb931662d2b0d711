// A radix tree over token ids whose edges are whole pages: 16 tokens whose keys and values are
// known. A sequence that begins with the same tokens takes the pages instead of computing them.
// (The tree of Zheng et al., "SGLang: Efficient Execution of Structured Language Model Programs",
// 2024, with the page as its unit.)
//
// Every node is one page, so nodes are named by PageId and live in arrays sized at start; children
// are found through one hash table over (parent, scope, tokens), compared exactly. Nodes belong to
// a scope: one for each principal, and the shared one for what the operator declares. A walk sees
// the shared scope and its own, never another's.
//
// Pages used by a sequence are pinned. The others stand in one list, least recently used first; a
// parent is always behind its children there, so the head of the list is always a leaf.
//
// Lives on the engine thread. Allocates nothing after construction.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/page_pool.h"
#include "engine/scope.h"
#include "kernels/attention.h"
#include "text/tokenizer.h"

namespace outpost::engine {

using kernels::kPageTokens;
using text::TokenId;
using PageTokens = std::span<const TokenId, kPageTokens>;

class PrefixCache {
public:
  explicit PrefixCache(std::uint32_t page_count);

  // The page that follows `parent` (none: at the start) with these tokens, in the shared scope or
  // in `scope`.
  [[nodiscard]] std::optional<PageId> find(std::optional<PageId> parent, ScopeId scope,
                                           PageTokens tokens) const;
  // Takes `page` into the tree. REQUIRES: it is in use and not in the tree, `parent` is in the tree
  // and in use, and find() found nothing.
  void insert(std::optional<PageId> parent, ScopeId scope, PageTokens tokens, PageId page);

  [[nodiscard]] bool contains(PageId page) const { return nodes_[page].in_tree; }
  [[nodiscard]] ScopeId scope(PageId page) const { return nodes_[page].scope; }
  // The page's last user has gone, or its first has come back.
  void unpin(PageId page);
  void pin(PageId page);
  // Takes the least recently used page out of the tree. None when all are pinned.
  std::optional<PageId> evict();
  [[nodiscard]] std::uint32_t idle_count() const { return idle_count_; }

  struct IdlePage {
    PageId page;
    std::optional<PageId> parent;
    ScopeId scope;
    std::array<TokenId, kPageTokens> tokens;
  };
  // All of them, the most recently used first: a parent before its children. Allocates.
  [[nodiscard]] std::vector<IdlePage> idle_pages() const;

  // Looks at every invariant; an empty text when all hold. For tests and idle time.
  [[nodiscard]] std::string check(const PagePool& pool) const;

private:
  static constexpr PageId kNone = std::numeric_limits<PageId>::max();
  struct Node {
    std::array<TokenId, kPageTokens> tokens{};
    PageId parent = kNone;
    ScopeId scope = kSharedScope;
    std::uint32_t child_count = 0;
    PageId older = kNone, newer = kNone; // the idle list
    PageId chain = kNone;                // next node of the same hash bucket
    bool in_tree = false;
    bool is_idle = false;
  };
  [[nodiscard]] std::size_t bucket(PageId parent, ScopeId scope, PageTokens tokens) const;
  [[nodiscard]] PageId find_in(PageId parent, ScopeId scope, PageTokens tokens) const;
  void unlink_idle(PageId page);
  void unlink_bucket(PageId page);
  [[nodiscard]] std::string check_node(PageId page, const PagePool& pool) const;
  [[nodiscard]] std::string check_idle_list() const;

  std::vector<Node> nodes_;     // [page_count]
  std::vector<PageId> buckets_; // heads of chains; a power of two of them
  PageId oldest_ = kNone, newest_ = kNone;
  std::uint32_t idle_count_ = 0;
};

} // namespace outpost::engine
