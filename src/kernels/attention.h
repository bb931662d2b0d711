// Attention over KV pages of 16 tokens. One algorithm for prefill, short suffixes and decode, so
// the bits of a query never depend on what else is in the batch: keys are taken in fixed chunks of
// kChunkTokens, each chunk gives a partial (maximum, sum, weighted values), and partials are merged
// in chunk order by log-sum-exp (exact; Milakov & Gimelshein 2018, Dao 2022).
#pragma once
#include <cstddef>
#include <cstdint>

namespace outpost::kernels {

inline constexpr std::uint32_t kPageTokens = 16;
inline constexpr std::uint32_t kChunkTokens = 256; // a multiple of kPageTokens

enum class KvType : std::uint8_t { kF32, kBF16 };

// One KV head of one layer of one page.
//   keys:   F32 [head_size][16 tokens];        BF16 [head_size / 2][16 tokens][2]
//   values: F32 [16 tokens][head_size];        BF16 [8 token pairs][head_size][2]
// A 64-byte vector of keys thus holds one or two dimensions of all 16 tokens, and a BF16 value
// vector pairs of tokens, as the BF16 dot product wants them.
struct KvPage {
  std::byte* keys = nullptr;
  std::byte* values = nullptr;
};

// Bytes of keys (or of values) of one page of one KV head.
constexpr std::size_t kv_page_bytes(KvType type, std::uint32_t head_size) {
  return std::size_t{kPageTokens} * head_size * (type == KvType::kF32 ? 4 : 2);
}

// What one query head at one position asks: all keys [key_begin, key_end) of its sequence, with
// key_end <= position + 1 (causal) and key_begin > 0 only inside a sliding window.
struct AttentionQuery {
  const float* query = nullptr; // [head_size], scaled already
  float* out = nullptr;         // [head_size]
  std::uint32_t key_begin = 0;
  std::uint32_t key_end = 0; // > key_begin
};

struct AttentionKernels {
  // Writes one token's key and value (head_size floats each) into slot `token` (0..15) of a page.
  void (*store)(KvType type, std::uint32_t head_size, const float* key, const float* value,
                std::uint32_t token, const KvPage& page);
  // Answers `count` queries against one KV head of one sequence, whose page i holds positions
  // 16i .. 16i+15. Queries come in any order; near ones share loads. `soft_cap` > 0 bounds scores
  // by soft_cap * tanh(score / soft_cap). `scratch`: attention_scratch_bytes(head_size) of the
  // thread.
  void (*attend)(KvType type, std::uint32_t head_size, const KvPage* pages,
                 const AttentionQuery* queries, std::uint32_t count, float soft_cap,
                 std::byte* scratch);
};

std::size_t attention_scratch_bytes(std::uint32_t head_size);

} // namespace outpost::kernels
