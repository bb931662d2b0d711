// One file, whole or part of a split set: header, metadata, tensor directory.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "gguf/cursor.h"
#include "gguf/gguf.h"

namespace outpost::gguf {

struct Shard {
  std::uint32_t version = 0;
  std::vector<Entry> metadata;
  std::vector<TensorInfo> tensors; // offsets from the start of the file, proven
};

Result<Shard> read_shard(std::span<const std::byte> bytes, const Limits& limits, Budget& budget);

// The value of the key named, or nullptr. Linear: for the few look-ups before an index exists.
const Value* find_value(const std::vector<Entry>& metadata, std::string_view key);

} // namespace outpost::gguf
