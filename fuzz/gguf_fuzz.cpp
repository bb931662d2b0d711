// Any bytes as a model file: refused with a message, or readable in full.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "gguf/gguf.h"
#include "gguf/testing_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = outpost::gguf::File::parse(std::as_bytes(std::span(data, size)));
  if (!file && file.error().message.empty()) std::abort();
  volatile std::uint64_t sum = file ? outpost::gguf::testing::walk(*file) : 0;
  (void)sum;
  return 0;
}
