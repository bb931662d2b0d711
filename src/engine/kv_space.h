// The KV memory as sequences see it: pages to take, to share, to give back, and the prefix cache
// over them. Work is admitted only with a reservation for every page it may ever need, so that
// nothing that runs dies of memory. Invariant: free + idle pages >= reserved pages.
//
// Lives on the engine thread. Allocates nothing after construction.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engine/page_pool.h"
#include "engine/prefix_cache.h"
#include "models/kv_arena.h"

namespace outpost::engine {

// Pages that hold `tokens` positions.
constexpr std::uint32_t pages_for(std::uint32_t tokens) {
  return (tokens + kPageTokens - 1) / kPageTokens;
}

class KvSpace {
public:
  // `arena` must outlive this.
  explicit KvSpace(const models::KvArena& arena);

  // Sets `pages` aside for the caller; false when there are not enough.
  [[nodiscard]] bool reserve(std::uint32_t pages);
  void unreserve(std::uint32_t pages);
  // Turns one reserved page into a page of the caller's. Evicts from the cache when it must.
  PageId take_reserved();
  // One user more of a page that somebody uses or the cache holds.
  void share(PageId page);
  // One user less. REQUIRES: of a sequence's pages, the last is released first.
  void release(PageId page);

  [[nodiscard]] std::optional<PageId> find(std::optional<PageId> parent, ScopeId scope,
                                           PageTokens tokens) const {
    return cache_.find(parent, scope, tokens);
  }
  // Offers `page`, full and computed, to the cache. Gives the page to go on with: `page` itself, or
  // the one that held the same tokens already, in which case `page` has been released. The bits of
  // both are the same (models/decoder.h promises it), so a running sequence may change over.
  PageId publish(std::optional<PageId> parent, ScopeId scope, PageTokens tokens, PageId page);
  void copy_page(PageId from, PageId to) const { arena_.copy_page(from, to); }

  [[nodiscard]] std::uint32_t page_count() const { return pool_.page_count(); }
  [[nodiscard]] std::uint32_t reserved_count() const { return reserved_; }
  [[nodiscard]] std::uint32_t free_count() const { return pool_.free_count(); }
  [[nodiscard]] std::uint32_t idle_count() const { return cache_.idle_count(); }
  [[nodiscard]] const PrefixCache& cache() const { return cache_; }

  // Checks every invariant against the pages that sequences hold (one entry a use); an empty text
  // when all hold. For tests.
  [[nodiscard]] std::string check(std::span<const PageId> held) const;

private:
  const models::KvArena& arena_;
  PagePool pool_;
  PrefixCache cache_;
  std::uint32_t reserved_ = 0;
};

} // namespace outpost::engine
