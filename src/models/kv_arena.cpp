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
std::size_t part_bytes(const KvShape& shape) {
  return kernels::kv_page_bytes(shape.type, shape.head_size);
}
std::size_t part_count(const KvShape& shape) {
  return std::size_t{shape.layer_count} * shape.kv_head_count * 2;
}

} // namespace

std::size_t KvShape::page_bytes() const { return part_count(*this) * part_bytes(*this); }

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

std::byte* KvArena::part(PageId page, std::size_t part) const {
  const std::size_t bytes = part_bytes(shape_), in_block = page % kBlockPages;
  const std::size_t place = (page - in_block) * part_count(shape_) + part * kBlockPages + in_block;
  return arena_.bytes().data() + place * bytes;
}

kernels::KvHead KvArena::head(std::uint32_t layer, std::uint32_t kv_head) const {
  const std::size_t keys = (std::size_t{layer} * shape_.kv_head_count + kv_head) * 2;
  return {.first = {.keys = part(0, keys), .values = part(0, keys + 1)},
          .page_bytes = part_bytes(shape_),
          .block_bytes = kBlockPages * shape_.page_bytes()};
}

void KvArena::copy_page(PageId from, PageId to) const {
  OUTPOST_ASSERT(from < page_count_ && to < page_count_ && from != to);
  for (std::size_t i = 0; i < part_count(shape_); ++i)
    std::memcpy(part(to, i), part(from, i), part_bytes(shape_));
}

void KvArena::read_page(PageId page, std::span<std::byte> out) const {
  OUTPOST_ASSERT(page < page_count_ && out.size() == shape_.page_bytes());
  const std::size_t bytes = part_bytes(shape_);
  for (std::size_t i = 0; i < part_count(shape_); ++i)
    std::memcpy(out.data() + i * bytes, part(page, i), bytes);
}

void KvArena::write_page(PageId page, std::span<const std::byte> in) const {
  OUTPOST_ASSERT(page < page_count_ && in.size() == shape_.page_bytes());
  const std::size_t bytes = part_bytes(shape_);
  for (std::size_t i = 0; i < part_count(shape_); ++i)
    std::memcpy(part(page, i), in.data() + i * bytes, bytes);
}

} // namespace outpost::models
