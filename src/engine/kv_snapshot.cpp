#include "engine/kv_snapshot.h"

#include <map>
#include <span>

namespace outpost::engine {

KvSnapshot keep_pages(const KvSpace& kv, const models::KvArena& arena, const ScopeTable& scopes,
                      std::size_t bytes_max) {
  KvSnapshot out;
  out.page_bytes = arena.shape().page_bytes();
  const std::size_t most = bytes_max / (out.page_bytes + sizeof(KvSnapshot::Page));
  std::map<PageId, std::uint32_t> places; // of the pages that are kept
  for (const PrefixCache::IdlePage& idle : kv.cache().idle_pages()) {
    if (out.pages.size() == most) break;
    KvSnapshot::Page page;
    if (idle.scope != kSharedScope) {
      page.principal = scopes.principal_of(idle.scope);
      if (!page.principal) continue;
    }
    if (idle.parent) {
      const auto parent = places.find(*idle.parent);
      if (parent == places.end()) continue;
      page.parent = parent->second;
    }
    page.tokens = idle.tokens;
    places[idle.page] = static_cast<std::uint32_t>(out.pages.size());
    out.pages.push_back(std::move(page));
    out.contents.resize(out.contents.size() + out.page_bytes);
    arena.read_page(idle.page, std::span(out.contents).last(out.page_bytes));
  }
  return out;
}

void bring_back_pages(const KvSnapshot& snapshot, KvSpace& kv, const models::KvArena& arena,
                      ScopeTable& scopes) {
  if (snapshot.page_bytes != arena.shape().page_bytes()) return;
  std::vector<PageId> pages; // in use until all are there
  for (const KvSnapshot::Page& kept : snapshot.pages) {
    if (kv.free_count() == 0 || !kv.reserve(1)) break;
    const PageId page = kv.take_reserved();
    arena.write_page(page, std::span(snapshot.contents)
                               .subspan(pages.size() * snapshot.page_bytes, snapshot.page_bytes));
    const auto parent = kept.parent ? std::optional(pages[*kept.parent]) : std::nullopt;
    const ScopeId scope = kept.principal ? scopes.scope_of({*kept.principal}) : kSharedScope;
    pages.push_back(kv.publish(parent, scope, PageTokens(kept.tokens), page));
  }
  // The least recently used first, which is also children before parents.
  for (auto page = pages.rbegin(); page != pages.rend(); ++page) kv.release(*page);
}

} // namespace outpost::engine
