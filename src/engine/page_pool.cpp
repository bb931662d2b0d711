#include "engine/page_pool.h"

#include "base/assert.h"

namespace outpost::engine {

PagePool::PagePool(std::uint32_t page_count) : users_(page_count, 0) {
  free_.reserve(page_count);
  for (PageId page = page_count; page > 0; --page) free_.push_back(page - 1);
}

std::optional<PageId> PagePool::acquire() {
  if (free_.empty()) return std::nullopt;
  const PageId page = free_.back();
  free_.pop_back();
  users_[page] = 1;
  return page;
}

void PagePool::add_user(PageId page) { ++users_[page]; }

bool PagePool::drop_user(PageId page) {
  OUTPOST_ASSERT(users_[page] > 0);
  return --users_[page] == 0;
}

void PagePool::give_back(PageId page) {
  OUTPOST_ASSERT(users_[page] == 0 && free_.size() < users_.size());
  free_.push_back(page);
}

} // namespace outpost::engine
