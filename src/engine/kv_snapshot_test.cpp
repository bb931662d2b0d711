#include <cstring>

#include <gtest/gtest.h>

#include "engine/kv_snapshot.h"

namespace outpost::engine {
namespace {

constexpr models::KvShape kShape{.layer_count = 2, .kv_head_count = 1, .head_size = 16};

// A cache with its memory; pages are filled with a byte of their own.
struct Memory {
  explicit Memory(std::uint32_t pages)
      : arena(models::KvArena::make(kShape, pages).value()), kv(arena) {}

  static std::array<TokenId, kPageTokens> tokens(TokenId first) {
    std::array<TokenId, kPageTokens> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = first + static_cast<TokenId>(i);
    return out;
  }
  // A conversation of pages with these first tokens, left idle.
  void leave(const std::string& principal, const std::vector<TokenId>& firsts) {
    const ScopeId scope = principal.empty() ? kSharedScope : scopes.scope_of({principal});
    std::vector<PageId> pages;
    for (const TokenId first : firsts) {
      ASSERT_TRUE(kv.reserve(1));
      const PageId page = kv.take_reserved();
      std::vector<std::byte> content(kShape.page_bytes(), static_cast<std::byte>(first));
      arena.write_page(page, content);
      const auto parent = pages.empty() ? std::nullopt : std::optional(pages.back());
      pages.push_back(kv.publish(parent, scope, PageTokens(tokens(first)), page));
    }
    for (auto page = pages.rbegin(); page != pages.rend(); ++page) kv.release(*page);
  }
  // How many pages of such a conversation are found, with their content.
  std::size_t found(const std::string& principal, const std::vector<TokenId>& firsts) {
    std::optional<PageId> parent;
    std::size_t count = 0;
    for (const TokenId first : firsts) {
      parent = kv.find(parent, scopes.scope_of({principal}), PageTokens(tokens(first)));
      if (!parent) break;
      std::vector<std::byte> content(kShape.page_bytes());
      arena.read_page(*parent, content);
      EXPECT_EQ(content, std::vector<std::byte>(content.size(), static_cast<std::byte>(first)));
      ++count;
    }
    return count;
  }

  models::KvArena arena;
  KvSpace kv;
  ScopeTable scopes;
};

TEST(KvSnapshot, ConversationsAreFoundAgainByTheirPrincipalsOnly) {
  Memory before(32);
  before.leave("", {1});
  before.leave("ann", {10, 20, 30});
  before.leave("bob", {10, 21});
  const KvSnapshot kept = keep_pages(before.kv, before.arena, before.scopes, std::size_t{1} << 20);
  EXPECT_EQ(kept.pages.size(), 6u);

  Memory after(32);
  after.scopes.scope_of({"carl"}); // scopes have other numbers now
  bring_back_pages(kept, after.kv, after.arena, after.scopes);
  EXPECT_EQ(after.kv.check({}), "");
  EXPECT_EQ(after.found("ann", {10, 20, 30}), 3u);
  EXPECT_EQ(after.found("bob", {10, 21}), 2u);
  EXPECT_EQ(after.found("bob", {10, 20}), 1u) << "what is ann's is not bob's";
  EXPECT_EQ(after.found("carl", {10}), 0u);
  EXPECT_EQ(after.found("carl", {1}), 1u) << "the operator's is everybody's";
}

TEST(KvSnapshot, WithoutRoomTheMostRecentIsKept) {
  Memory before(32);
  before.leave("ann", {10, 20});
  before.leave("bob", {30, 40});
  const std::size_t two = 2 * (kShape.page_bytes() + sizeof(KvSnapshot::Page));
  const KvSnapshot kept = keep_pages(before.kv, before.arena, before.scopes, two);
  Memory after(32);
  bring_back_pages(kept, after.kv, after.arena, after.scopes);
  EXPECT_EQ(after.found("bob", {30, 40}), 2u);
  EXPECT_EQ(after.found("ann", {10}), 0u);

  Memory small(1);
  bring_back_pages(kept, small.kv, small.arena, small.scopes);
  EXPECT_EQ(small.kv.check({}), "");
  EXPECT_EQ(small.found("bob", {30, 40}), 1u);
}

TEST(KvSnapshot, OfAnotherShapeIsNotTaken) {
  Memory before(4);
  before.leave("ann", {10});
  KvSnapshot kept = keep_pages(before.kv, before.arena, before.scopes, std::size_t{1} << 20);
  kept.page_bytes += 1;
  Memory after(4);
  bring_back_pages(kept, after.kv, after.arena, after.scopes);
  EXPECT_EQ(after.found("ann", {10}), 0u);
}

} // namespace
} // namespace outpost::engine
