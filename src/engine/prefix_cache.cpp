#include "engine/prefix_cache.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"

namespace outpost::engine {

PrefixCache::PrefixCache(std::uint32_t page_count)
    : nodes_(page_count), buckets_(std::bit_ceil(std::size_t{page_count} * 2 + 1), kNone) {}

// Multiply-and-rotate over the key. It need not withstand an attacker: a principal who crafts
// collisions slows walks by the length of a chain, which its own share of pages bounds.
std::size_t PrefixCache::bucket(PageId parent, ScopeId scope, PageTokens tokens) const {
  constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15u;
  std::uint64_t hash = std::rotl((scope + 1) * kMultiplier, 31) ^ (parent * kMultiplier);
  for (const TokenId token : tokens) {
    hash = (std::rotl(hash, 23) ^ static_cast<std::uint32_t>(token)) * kMultiplier;
  }
  return (hash >> 32) & (buckets_.size() - 1);
}

PageId PrefixCache::find_in(PageId parent, ScopeId scope, PageTokens tokens) const {
  PageId page = buckets_[bucket(parent, scope, tokens)];
  while (page != kNone) {
    const Node& node = nodes_[page];
    if (node.parent == parent && node.scope == scope && std::ranges::equal(node.tokens, tokens)) {
      return page;
    }
    page = node.chain;
  }
  return kNone;
}

std::optional<PageId> PrefixCache::find(std::optional<PageId> parent, ScopeId scope,
                                        PageTokens tokens) const {
  const PageId above = parent.value_or(kNone);
  PageId page = find_in(above, kSharedScope, tokens);
  if (page == kNone && scope != kSharedScope) page = find_in(above, scope, tokens);
  return page == kNone ? std::nullopt : std::optional<PageId>(page);
}

void PrefixCache::insert(std::optional<PageId> parent, ScopeId scope, PageTokens tokens,
                         PageId page) {
  Node& node = nodes_[page];
  OUTPOST_ASSERT(!node.in_tree);
  const PageId above = parent.value_or(kNone);
  if (above != kNone) {
    OUTPOST_ASSERT(nodes_[above].in_tree && !nodes_[above].is_idle);
    ++nodes_[above].child_count;
  }
  std::ranges::copy(tokens, node.tokens.begin());
  node.parent = above;
  node.scope = scope;
  node.child_count = 0;
  node.in_tree = true;
  PageId& head = buckets_[bucket(above, scope, tokens)];
  node.chain = head;
  head = page;
}

void PrefixCache::unpin(PageId page) {
  Node& node = nodes_[page];
  OUTPOST_ASSERT(node.in_tree && !node.is_idle);
  node.is_idle = true;
  node.older = newest_;
  node.newer = kNone;
  (newest_ == kNone ? oldest_ : nodes_[newest_].newer) = page;
  newest_ = page;
  ++idle_count_;
}

void PrefixCache::pin(PageId page) {
  OUTPOST_ASSERT(nodes_[page].is_idle);
  unlink_idle(page);
}

void PrefixCache::unlink_idle(PageId page) {
  Node& node = nodes_[page];
  (node.older == kNone ? oldest_ : nodes_[node.older].newer) = node.newer;
  (node.newer == kNone ? newest_ : nodes_[node.newer].older) = node.older;
  node.older = node.newer = kNone;
  node.is_idle = false;
  --idle_count_;
}

void PrefixCache::unlink_bucket(PageId page) {
  const Node& node = nodes_[page];
  PageId* link = &buckets_[bucket(node.parent, node.scope, PageTokens(node.tokens))];
  while (*link != page) link = &nodes_[*link].chain;
  *link = node.chain;
}

std::vector<PrefixCache::IdlePage> PrefixCache::idle_pages() const {
  std::vector<IdlePage> out;
  for (PageId page = newest_; page != kNone; page = nodes_[page].older) {
    const Node& node = nodes_[page];
    const auto parent = node.parent == kNone ? std::nullopt : std::optional(node.parent);
    out.push_back({page, parent, node.scope, node.tokens});
  }
  return out;
}

std::optional<PageId> PrefixCache::evict() {
  if (oldest_ == kNone) return std::nullopt;
  const PageId page = oldest_;
  Node& node = nodes_[page];
  OUTPOST_ASSERT(node.child_count == 0);
  unlink_idle(page);
  unlink_bucket(page);
  if (node.parent != kNone) --nodes_[node.parent].child_count;
  node.in_tree = false;
  return page;
}

std::string PrefixCache::check_node(PageId page, const PagePool& pool) const {
  const Node& node = nodes_[page];
  const std::string name = "page " + std::to_string(page);
  if (!node.in_tree) return node.is_idle ? name + " is idle but not in the tree" : "";
  if (node.is_idle != (pool.users(page) == 0)) return name + ": idle does not match its users";
  if (find_in(node.parent, node.scope, PageTokens(node.tokens)) != page) {
    return name + " is not found under its own key";
  }
  if (node.parent == kNone) return "";
  const Node& parent = nodes_[node.parent];
  if (!parent.in_tree) return name + " has a parent outside the tree";
  if (parent.is_idle && !node.is_idle) return name + " is pinned under an idle parent";
  if (parent.scope != kSharedScope && parent.scope != node.scope) {
    return name + " hangs under another principal's page";
  }
  return "";
}

std::string PrefixCache::check_idle_list() const {
  std::vector<bool> seen(nodes_.size(), false);
  std::uint32_t count = 0;
  for (PageId page = oldest_; page != kNone; page = nodes_[page].newer) {
    const Node& node = nodes_[page];
    if (seen[page] || !node.is_idle) return "the idle list is damaged";
    if (node.parent != kNone && seen[node.parent]) return "a parent is older than its child";
    seen[page] = true;
    ++count;
  }
  return count == idle_count_ ? "" : "the idle list has lost pages";
}

std::string PrefixCache::check(const PagePool& pool) const {
  std::vector<std::uint32_t> children(nodes_.size(), 0);
  for (PageId page = 0; page < nodes_.size(); ++page) {
    if (std::string problem = check_node(page, pool); !problem.empty()) return problem;
    const Node& node = nodes_[page];
    if (node.in_tree && node.parent != kNone) ++children[node.parent];
  }
  for (PageId page = 0; page < nodes_.size(); ++page) {
    if (nodes_[page].in_tree && nodes_[page].child_count != children[page]) {
      return "page " + std::to_string(page) + " miscounts its children";
    }
  }
  return check_idle_list();
}

} // namespace outpost::engine
