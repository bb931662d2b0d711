#include "kernels/attention.h"

namespace outpost::kernels {

// The widest variant keeps a tile of 12 columns: their scores over a chunk and the weights' codes,
// two rows of values each (of the chunk and of all chunks so far), and their queries' codes, which
// lie kQueryWords apart. The scalar ones keep less of one column.
std::size_t attention_scratch_bytes(std::uint32_t head_size) {
  constexpr std::size_t kColumns = 12;
  const std::size_t head_padded = (std::size_t{head_size} + 15) / 16 * 16;
  const std::size_t floats = kChunkTokens + kChunkTokens / 2 + 2 * head_padded + kQueryWords;
  return kColumns * floats * sizeof(float);
}

} // namespace outpost::kernels
