// Any bytes as a model file: refused with a message, or readable in full.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "gguf/describe.h"
#include "gguf/gguf.h"
#include "gguf/testing_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = outpost::gguf::File::parse(std::as_bytes(std::span(data, size)));
  if (!file && file.error().message.empty()) std::abort();
  if (!file) return 0;
  volatile std::uint64_t sum = outpost::gguf::testing::walk(*file);
  (void)sum;
  // What is shown on a terminal holds no control character but the line break.
  for (const char c : outpost::gguf::to_text(outpost::gguf::summarize(*file))) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') std::abort();
  }
  return 0;
}
