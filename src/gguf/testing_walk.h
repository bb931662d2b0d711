// Reads everything a File gives access to, so that a sanitizer sees every byte that a caller could
// reach. For tests and the fuzzer.
#pragma once
#include <cstdint>

#include "gguf/gguf.h"

namespace outpost::gguf::testing {

inline std::uint64_t sum_bytes(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  for (const std::byte b : bytes) sum += std::to_integer<std::uint64_t>(b);
  return sum;
}

inline std::uint64_t walk(const Array& array) {
  std::uint64_t sum = array.size();
  for (std::uint64_t i = 0; i < array.size(); ++i) {
    if (array.element_type() == ValueType::kString) {
      sum += sum_bytes(std::as_bytes(std::span(array.text(i))));
    } else {
      sum += array.number(i) > 0 ? 1 : 0;
      sum += static_cast<std::uint64_t>(array.integer(i));
    }
  }
  return sum;
}

// A sum over all of it; only there so that nothing is optimised away.
inline std::uint64_t walk(const File& file) {
  std::uint64_t sum = file.file_size_bytes();
  for (const Entry& entry : file.metadata()) {
    sum += file.find(entry.key) == &entry.value ? 1 : 0;
    if (const auto* array = std::get_if<Array>(&entry.value.data)) sum += walk(*array);
    if (const auto text = file.get_string(entry.key))
      sum += sum_bytes(std::as_bytes(std::span(*text)));
    if (const auto number = file.get_uint(entry.key)) sum += *number;
    if (const auto number = file.get_float(entry.key)) sum += *number > 0 ? 1 : 0;
  }
  for (const TensorInfo& tensor : file.tensors()) {
    sum += file.find_tensor(tensor.name) == &tensor ? 1 : 0;
    sum += tensor.element_count() + sum_bytes(file.data(tensor));
  }
  return sum;
}

} // namespace outpost::gguf::testing
