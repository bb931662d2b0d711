#include "models/kv_arena.h"

#include <cstring>
#include <string>

#include "base/assert.h"
#include "base/checked.h"

namespace outpost::models {
namespace {

using kernels::kBlockPages;

// Blocks of pages (kernels::KvHead) are the outermost order: [block][layer][kv head][keys,
// values][page of the block]. A short sequence touches the memory of few.
std::size_t key_bytes(const KvShape& shape) {
  return kernels::kv_key_bytes(shape.type, shape.head_size);
}
std::size_t value_bytes(const KvShape& shape) {
  return kernels::kv_value_bytes(shape.type, shape.head_size);
}
std::size_t head_count(const KvShape& shape) {
  return std::size_t{shape.layer_count} * shape.kv_head_count;
}

} // namespace

std::size_t KvShape::page_bytes() const {
  return head_count(*this) * (key_bytes(*this) + value_bytes(*this));
}

Result<KvArena> KvArena::make(const KvShape& shape, std::uint32_t page_count) {
  const std::size_t blocks = (std::size_t{page_count} + kBlockPages - 1) / kBlockPages;
  const auto bytes = checked_mul<std::size_t>(shape.page_bytes(), blocks * kBlockPages);
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

kernels::KvHead KvArena::head(std::uint32_t layer, std::uint32_t kv_head) const {
  const std::size_t keys = key_bytes(shape_), values = value_bytes(shape_);
  const std::size_t before = std::size_t{layer} * shape_.kv_head_count + kv_head;
  std::byte* first = arena_.bytes().data() + before * kBlockPages * (keys + values);
  return {.first = {.keys = first, .values = first + kBlockPages * keys},
          .key_bytes = keys,
          .value_bytes = values,
          .block_bytes = kBlockPages * shape_.page_bytes()};
}

template <class Body>
void KvArena::for_heads(Body&& body) const {
  for (std::uint32_t layer = 0; layer < shape_.layer_count; ++layer)
    for (std::uint32_t kv_head = 0; kv_head < shape_.kv_head_count; ++kv_head)
      body(head(layer, kv_head));
}

void KvArena::copy_page(PageId from, PageId to) const {
  OUTPOST_ASSERT(from < page_count_ && to < page_count_ && from != to);
  for_heads([&](const kernels::KvHead& kv) {
    const kernels::KvPage source = kv.page(from), copy = kv.page(to);
    std::memcpy(copy.keys, source.keys, kv.key_bytes);
    std::memcpy(copy.values, source.values, kv.value_bytes);
  });
}

void KvArena::read_page(PageId page, std::span<std::byte> out) const {
  OUTPOST_ASSERT(page < page_count_ && out.size() == shape_.page_bytes());
  std::byte* to = out.data();
  for_heads([&](const kernels::KvHead& kv) {
    const kernels::KvPage source = kv.page(page);
    std::memcpy(to, source.keys, kv.key_bytes);
    std::memcpy(to + kv.key_bytes, source.values, kv.value_bytes);
    to += kv.key_bytes + kv.value_bytes;
  });
}

void KvArena::write_page(PageId page, std::span<const std::byte> in) const {
  OUTPOST_ASSERT(page < page_count_ && in.size() == shape_.page_bytes());
  const std::byte* from = in.data();
  for_heads([&](const kernels::KvHead& kv) {
    const kernels::KvPage copy = kv.page(page);
    std::memcpy(copy.keys, from, kv.key_bytes);
    std::memcpy(copy.values, from + kv.key_bytes, kv.value_bytes);
    from += kv.key_bytes + kv.value_bytes;
  });
}

} // namespace outpost::models
