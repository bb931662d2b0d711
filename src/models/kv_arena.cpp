#include "models/kv_arena.h"

#include <cstring>
#include <string>

#include "base/assert.h"
#include "base/checked.h"

namespace outpost::models {

// A page lies in one piece, [layer][kv head]{keys, values}: a fork copies it at once.
std::size_t KvShape::page_bytes() const {
  return std::size_t{layer_count} * kv_head_count * 2 * kernels::kv_page_bytes(type, head_size);
}

Result<KvArena> KvArena::make(const KvShape& shape, std::uint32_t page_count) {
  const auto bytes = checked_mul<std::size_t>(shape.page_bytes(), page_count);
  if (!bytes) {
    return fail(ErrorCode::kLimitExceeded, std::to_string(page_count) + " pages of " +
                                               std::to_string(shape.page_bytes()) +
                                               " bytes cannot exist");
  }
  KvArena kv;
  kv.shape_ = shape;
  kv.page_count_ = page_count;
  OUTPOST_TRY(kv.arena_, platform::Arena::make(*bytes));
  return kv;
}

kernels::KvPage KvArena::page(PageId page, std::uint32_t layer, std::uint32_t kv_head) const {
  OUTPOST_ASSERT(page < page_count_);
  const std::size_t half = kernels::kv_page_bytes(shape_.type, shape_.head_size);
  const std::size_t place = std::size_t{page} * shape_.page_bytes() +
                            (std::size_t{layer} * shape_.kv_head_count + kv_head) * 2 * half;
  std::byte* keys = arena_.bytes().data() + place;
  return {.keys = keys, .values = keys + half};
}

void KvArena::copy_page(PageId from, PageId to) const {
  OUTPOST_ASSERT(from < page_count_ && to < page_count_);
  const std::size_t bytes = shape_.page_bytes();
  std::byte* base = arena_.bytes().data();
  std::memmove(base + to * bytes, base + from * bytes, bytes);
}

} // namespace outpost::models
