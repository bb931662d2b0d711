#include "engine/kv_space.h"

#include <vector>

#include "base/assert.h"

namespace outpost::engine {

KvSpace::KvSpace(const models::KvArena& arena)
    : arena_(arena), pool_(arena.page_count()), cache_(arena.page_count()) {}

bool KvSpace::reserve(std::uint32_t pages) {
  // Below what is reserved while a caller has just pinned pages: it must unpin them if this fails.
  const std::uint32_t available = pool_.free_count() + cache_.idle_count();
  if (available < reserved_ || pages > available - reserved_) return false;
  reserved_ += pages;
  return true;
}

void KvSpace::unreserve(std::uint32_t pages) {
  OUTPOST_ASSERT(pages <= reserved_);
  reserved_ -= pages;
}

PageId KvSpace::take_reserved() {
  OUTPOST_ASSERT(reserved_ > 0);
  --reserved_;
  if (pool_.free_count() == 0) {
    const auto evicted = cache_.evict();
    OUTPOST_ASSERT(evicted.has_value());
    pool_.give_back(*evicted);
  }
  return *pool_.acquire();
}

void KvSpace::share(PageId page) {
  if (pool_.users(page) == 0) cache_.pin(page);
  pool_.add_user(page);
}

void KvSpace::release(PageId page) {
  if (!pool_.drop_user(page)) return;
  if (cache_.contains(page)) {
    cache_.unpin(page);
  } else {
    pool_.give_back(page);
  }
}

PageId KvSpace::publish(std::optional<PageId> parent, ScopeId scope, PageTokens tokens,
                        PageId page) {
  if (cache_.contains(page)) return page;
  if (const auto same = cache_.find(parent, scope, tokens)) {
    share(*same);
    release(page);
    return *same;
  }
  // What hangs under a private page is private, whatever was declared.
  const bool under_private = parent && cache_.scope(*parent) != kSharedScope;
  cache_.insert(parent, under_private ? cache_.scope(*parent) : scope, tokens, page);
  return page;
}

std::string KvSpace::check(std::span<const PageId> held) const {
  std::vector<std::uint32_t> users(pool_.page_count(), 0);
  for (const PageId page : held) ++users[page];
  for (PageId page = 0; page < pool_.page_count(); ++page) {
    if (users[page] != pool_.users(page)) {
      return "page " + std::to_string(page) + " has " + std::to_string(users[page]) +
             " users but counts " + std::to_string(pool_.users(page));
    }
  }
  std::vector<bool> is_free(pool_.page_count(), false);
  for (const PageId page : pool_.free_pages()) {
    if (is_free[page] || users[page] != 0 || cache_.contains(page)) {
      return "page " + std::to_string(page) + " is free and something else";
    }
    is_free[page] = true;
  }
  for (PageId page = 0; page < pool_.page_count(); ++page) {
    if (users[page] == 0 && !is_free[page] && !cache_.contains(page)) {
      return "page " + std::to_string(page) + " is lost";
    }
  }
  if (pool_.free_count() + cache_.idle_count() < reserved_) return "more is reserved than is there";
  return cache_.check(pool_);
}

} // namespace outpost::engine
