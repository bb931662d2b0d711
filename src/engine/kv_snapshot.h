// What a prefix cache held when its engine ended, for the next engine of the same model: an idle
// model's memory is given up without its conversations having to be read again.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/kv_space.h"
#include "engine/scope.h"

namespace outpost::engine {

struct KvSnapshot {
  struct Page {
    std::optional<std::uint32_t> parent;  // an earlier one of `pages`
    std::optional<std::string> principal; // whose; none: everybody's
    std::array<TokenId, kPageTokens> tokens{};
  };
  std::size_t page_bytes = 0;
  std::vector<Page> pages;         // the most recently used first, so parents before children
  std::vector<std::byte> contents; // [pages][page_bytes]

  [[nodiscard]] std::size_t bytes() const { return contents.size() + pages.size() * sizeof(Page); }
};

// The most recently used idle pages of `kv`, as many as fit into `bytes_max`. Pages of principals
// that `scopes` has forgotten are left out: nobody could find them again. REQUIRES: no engine
// thread.
KvSnapshot keep_pages(const KvSpace& kv, const models::KvArena& arena, const ScopeTable& scopes,
                      std::size_t bytes_max);

// Takes them into `kv`, which is new, as far as it has room; nothing when its pages have another
// size. The next request that begins the same way finds them. REQUIRES: no engine thread yet.
void bring_back_pages(const KvSnapshot& snapshot, KvSpace& kv, const models::KvArena& arena,
                      ScopeTable& scopes);

} // namespace outpost::engine
