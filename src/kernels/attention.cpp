#include "kernels/attention.h"

namespace outpost::kernels {

// The widest variant keeps a tile of 16 columns: their scores over a chunk, their packed queries,
// and two rows of values each (of the chunk and of all chunks so far).
std::size_t attention_scratch_bytes(std::uint32_t head_size) {
  constexpr std::size_t kColumns = 16;
  const std::size_t head_padded = (std::size_t{head_size} + 15) / 16 * 16;
  return kColumns * (kChunkTokens + 3 * head_padded + 16) * sizeof(float);
}

} // namespace outpost::kernels
