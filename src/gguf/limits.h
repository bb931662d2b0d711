// The bounds on what a model file may ask for. The reader checks them and names them in its errors.
#pragma once
#include <cstdint>

namespace outpost::gguf {

struct Limits {
  std::uint64_t metadata_count_max = 65'536;
  std::uint64_t tensor_count_max = 65'536;
  std::uint64_t name_bytes_max = 1'024;           // keys and tensor names
  std::uint64_t string_bytes_max = 4u << 20;      // one string value (a chat template fits)
  std::uint64_t array_length_max = 4u << 20;      // elements of one array
  std::uint64_t directory_bytes_max = 256u << 20; // everything before the tensor data
  std::uint64_t index_bytes_max = 40u << 20;      // what the reader itself allocates, all parts
  std::uint32_t dimension_count_max = 4;
  std::uint32_t alignment_max = 65'536; // a page of the largest-paged CPUs
  std::uint32_t split_count_max = 256;
};

} // namespace outpost::gguf
