// What GGUF's tensor type numbers mean in bytes. What to do with the bytes is quant/'s business.
#pragma once
#include <cstdint>
#include <string_view>

namespace outpost::gguf {

struct TensorType {
  std::uint32_t id;           // ggml_type
  std::string_view name;      // "Q4_K"
  std::uint32_t block_values; // elements of one block; rows are whole blocks
  std::uint32_t block_bytes;
};

// nullptr for numbers that no published version of the format defines.
const TensorType* find_tensor_type(std::uint32_t id);

} // namespace outpost::gguf
