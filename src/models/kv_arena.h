// The memory of all KV pages, taken once at start. A page holds 16 positions of every layer, keys
// and values. Who uses which page is the engine's business (engine/page_pool.h); here they are only
// places.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "kernels/attention.h"
#include "platform/arena.h"

namespace outpost::models {

using kernels::PageId;

struct KvShape {
  std::uint32_t layer_count = 0;
  std::uint32_t kv_head_count = 0;
  std::uint32_t head_size = 0;
  kernels::KvType type = kernels::KvType::kFixed;
  // Bytes of one page over all layers.
  [[nodiscard]] std::size_t page_bytes() const;
};

class KvArena {
public:
  static Result<KvArena> make(const KvShape& shape, std::uint32_t page_count);

  [[nodiscard]] const KvShape& shape() const { return shape_; }
  [[nodiscard]] std::uint32_t page_count() const { return page_count_; }
  [[nodiscard]] const platform::Arena& memory() const { return arena_; }
  // REQUIRES: all indices in range.
  [[nodiscard]] kernels::KvHead head(std::uint32_t layer, std::uint32_t kv_head) const;
  // Copies all layers of a page: for a fork in the middle of a page. REQUIRES: from != to.
  void copy_page(PageId from, PageId to) const;
  // All layers of a page, in an order of our own. REQUIRES: the size is page_bytes().
  void read_page(PageId page, std::span<std::byte> out) const;
  void write_page(PageId page, std::span<const std::byte> in) const;

private:
  // Calls body(KvHead) for each KV head of each layer.
  template <class Body>
  void for_heads(Body&& body) const;

  KvShape shape_;
  std::uint32_t page_count_ = 0;
  platform::Arena arena_;
};

} // namespace outpost::models
