#include "platform/arena.h"

#include <string>
#include <sys/mman.h>
#include <utility>

#include "base/assert.h"
#include "base/checked.h"

namespace outpost::platform {

constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

Result<Arena> Arena::make(std::size_t size_bytes, PageSize page_size) {
  const auto mapped =
      checked_round_up<std::size_t>(size_bytes == 0 ? 1 : size_bytes, kHugePageBytes);
  const auto padded = mapped ? checked_add<std::size_t>(*mapped, kHugePageBytes) : std::nullopt;
  if (!padded) return fail(ErrorCode::kLimitExceeded, "an arena of that size cannot exist");
  void* raw = mmap(nullptr, *padded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (raw == MAP_FAILED) {
    return fail(ErrorCode::kResourceExhausted,
                "the system refused " + std::to_string(size_bytes >> 20) + " MiB of memory",
                "close other programs, choose a smaller model or a shorter context");
  }
  // Trim to a 2 MiB boundary, so that every page of the arena can be a huge one.
  auto* base = static_cast<std::byte*>(raw);
  const std::size_t lead =
      (kHugePageBytes - reinterpret_cast<std::uintptr_t>(base) % kHugePageBytes) % kHugePageBytes;
  if (lead != 0) munmap(base, lead);
  const std::size_t tail = kHugePageBytes - lead;
  if (tail != 0) munmap(base + lead + *mapped, tail);
  Arena arena;
  arena.data_ = base + lead;
  arena.size_ = size_bytes;
  arena.mapped_ = *mapped;
  // Only speed depends on it.
  (void)madvise(arena.data_, arena.mapped_,
                page_size == PageSize::k2MiB ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  return arena;
}

Arena::Arena(Arena&& other) noexcept { *this = std::move(other); }

Arena& Arena::operator=(Arena&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(mapped_, other.mapped_);
  std::swap(used_, other.used_);
  return *this;
}

Arena::~Arena() {
  if (data_ != nullptr) munmap(data_, mapped_);
}

#ifndef MADV_POPULATE_WRITE // headers before Linux 5.14; such a system says EINVAL
#define MADV_POPULATE_WRITE 23
#endif

bool Arena::populate(std::size_t begin, std::size_t size_bytes) const {
  OUTPOST_ASSERT(begin <= size_ && size_bytes <= size_ - begin);
  const std::size_t first = begin / kHugePageBytes * kHugePageBytes; // which the arena begins with
  const std::size_t end = round_up(begin + size_bytes, kHugePageBytes);
  return madvise(data_ + first, end - first, MADV_POPULATE_WRITE) == 0; // since Linux 5.14
}

std::span<std::byte> Arena::take(std::size_t size_bytes, std::size_t alignment) {
  const std::size_t begin = round_up(used_, alignment);
  OUTPOST_ASSERT(begin <= size_ && size_bytes <= size_ - begin);
  used_ = begin + size_bytes;
  return {data_ + begin, size_bytes};
}

} // namespace outpost::platform
