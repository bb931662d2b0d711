// Which KV pages are in use, and by how many sequences. Pages that nobody uses are either free (on
// the free list) or idle (the prefix cache keeps their content and may give them up).
//
// Lives on the engine thread. Allocates nothing after construction.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "models/kv_arena.h"

namespace outpost::engine {

using models::PageId;

class PagePool {
public:
  explicit PagePool(std::uint32_t page_count);

  // A free page, now used once. None when the free list is empty.
  std::optional<PageId> acquire();
  void add_user(PageId page);
  // One user less. True when that was the last: the page is then idle, neither used nor free, until
  // add_user() or give_back().
  bool drop_user(PageId page);
  // Puts an idle page on the free list.
  void give_back(PageId page);

  [[nodiscard]] std::uint32_t users(PageId page) const { return users_[page]; }
  [[nodiscard]] std::uint32_t free_count() const {
    return static_cast<std::uint32_t>(free_.size());
  }
  [[nodiscard]] std::uint32_t page_count() const {
    return static_cast<std::uint32_t>(users_.size());
  }
  [[nodiscard]] const std::vector<PageId>& free_pages() const { return free_; }

private:
  std::vector<std::uint32_t> users_; // [page_count]
  std::vector<PageId> free_;         // a stack: the page used last is the warmest
};

} // namespace outpost::engine
