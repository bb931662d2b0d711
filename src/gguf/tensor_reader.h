// The tensor directory of a GGUF file.
#pragma once
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "gguf/cursor.h"
#include "gguf/gguf.h"

namespace outpost::gguf {

// Reads `count` entries; offset_bytes are still as the file has them, relative to the data section.
Result<std::vector<TensorInfo>> read_tensors(Cursor& cursor, std::uint64_t count,
                                             const Limits& limits, Budget& budget);

// Turns the offsets into offsets from the start of the file and proves that the tensors lie within
// its `file_bytes`, in the order of the directory, aligned and apart. `directory_end`: the first
// byte after the directory.
Status place_tensors(std::vector<TensorInfo>& tensors, std::uint64_t directory_end,
                     std::uint64_t file_bytes, std::uint32_t alignment);

} // namespace outpost::gguf
