// Attention over KV pages of 16 tokens. One algorithm for prefill, short suffixes and decode, so
// the bits of a query never depend on what else is in the batch: keys are taken in fixed chunks of
// kChunkTokens, each chunk gives a partial (maximum, sum, weighted values), and partials are merged
// in chunk order by log-sum-exp (exact; Milakov & Gimelshein 2018, Dao 2022).
#pragma once
#include <cstddef>
#include <cstdint>

namespace outpost::kernels {

inline constexpr std::uint32_t kPageTokens = 16;
inline constexpr std::uint32_t kHeadSizeMax = 512;
inline constexpr std::uint32_t kChunkTokens = 256; // a multiple of kPageTokens

// How keys and values are kept.
//   kF32      as they are: the precise mode.
//   kFixed    integers with one scale per token and head: keys of 16 bits, values of 8. Integer dot
//             products of 16-bit pairs run at twice the rate of F32 on every x86 since AVX2, and
//             sums of integers have no order, so a query's bits cannot depend on the tile it is in.
//             Values are averaged, so their rounding is, too; keys decide which, so theirs is not.
enum class KvType : std::uint8_t { kF32, kFixed };

// The largest codes. A score sums head_size products of a key and a query code in int32, and a
// value kChunkTokens products of a value and a weight code: none can overflow.
inline constexpr std::int32_t kKeyCodeMax = 4095;
inline constexpr std::int32_t kValueCodeMax = 127;
inline constexpr std::int32_t kWeightCodeMax = 32767;
constexpr std::int32_t query_code_max(std::uint32_t head_size) {
  const std::uint32_t largest = 0x7fffffffu / (std::uint32_t{kKeyCodeMax} * head_size);
  return largest < 8191 ? static_cast<std::int32_t>(largest) : 8191;
}
static_assert(std::int64_t{kChunkTokens} * kWeightCodeMax * kValueCodeMax < 0x7fffffff);

// One KV head of one layer of one page.
//   keys:   F32 [head_size][16 tokens];   fixed s16 [head_size / 2][16 tokens][2], then scales [16]
//   values: F32 [16 tokens][head_size];   fixed s8 [8 token pairs][head_size][2], then scales [16]
// A 64-byte vector of keys thus holds one or two dimensions of all 16 tokens, and fixed values lie
// in pairs of tokens, as dot products of pairs want them. 64-byte aligned, as the scales are;
// head_size even and at most
// kHeadSizeMax.
struct KvPage {
  std::byte* keys = nullptr;
  std::byte* values = nullptr;
};

// All pages of one KV head of one layer. They lie in blocks of as many as a chunk has: pages that
// follow each other, as those of a sequence usually do, give attention one stream of keys and one
// of values, which the processor fetches ahead.
using PageId = std::uint32_t;
inline constexpr std::size_t kBlockPages = kChunkTokens / kPageTokens;
struct KvHead {
  KvPage first;                // page 0
  std::size_t key_bytes = 0;   // from a page's keys to those of the next of its block
  std::size_t value_bytes = 0; // and from values to values
  std::size_t block_bytes = 0;

  [[nodiscard]] KvPage page(PageId page) const {
    const std::size_t block = page / kBlockPages * block_bytes, in_block = page % kBlockPages;
    return {first.keys + block + in_block * key_bytes,
            first.values + block + in_block * value_bytes};
  }
};

// Where the scales of a page's fixed keys (or values) of one KV head lie: behind the codes.
constexpr std::size_t fixed_key_scales_at(std::uint32_t head_size) {
  return std::size_t{kPageTokens} * head_size * 2;
}
constexpr std::size_t fixed_value_scales_at(std::uint32_t head_size) {
  return (std::size_t{kPageTokens} * head_size + 63) / 64 * 64;
}
// Bytes of all that a page keeps of keys (or of values) of one KV head.
constexpr std::size_t kv_key_bytes(KvType type, std::uint32_t head_size) {
  return type == KvType::kF32 ? std::size_t{kPageTokens} * head_size * 4
                              : fixed_key_scales_at(head_size) + kPageTokens * 4;
}
constexpr std::size_t kv_value_bytes(KvType type, std::uint32_t head_size) {
  return type == KvType::kF32 ? std::size_t{kPageTokens} * head_size * 4
                              : fixed_value_scales_at(head_size) + kPageTokens * 4;
}

// What one query head at one position asks: all keys [key_begin, key_end) of its sequence, with
// key_end <= position + 1 (causal) and key_begin > 0 only inside a sliding window.
struct AttentionQuery {
  const float* query = nullptr;  // [head_size], scaled already
  float* out = nullptr;          // [head_size]
  const PageId* pages = nullptr; // of its sequence: page i holds positions 16i .. 16i+15
  std::uint32_t key_begin = 0;
  std::uint32_t key_end = 0; // > key_begin
};

// What one chunk of keys gives one query before it joins the others, in floats: its maximum, the
// sum of its weights, what undoes the scaling of its values' sums; these from kPartHead on.
inline constexpr std::size_t kPartHead = 16;
constexpr std::size_t attention_part_floats(std::uint32_t head_size) {
  return kPartHead + (std::size_t{head_size} + 15) / 16 * 16;
}

// Where the parts of some queries are: part i of query q at
// parts + (q * count + i) * attention_part_floats().
struct ChunkParts {
  float* parts = nullptr;
  std::uint32_t first = 0; // chunk of part 0
  std::uint32_t count = 0; // of a query
};

// The kernels of one KvType.
struct KvKernels {
  // Writes one token's key and value (head_size floats each) into slot `token` (0..15) of a page.
  // Fixed: scale = max|x| / code_max, code = round-half-even(x * (code_max / max|x|)); a row whose
  // largest magnitude is below kSmallestKept gives zeros, one with an infinity or NaN the scale
  // NaN.
  void (*store)(std::uint32_t head_size, const float* key, const float* value, std::uint32_t token,
                const KvPage& page);
  // Answers `count` queries of any sequences against one KV head. Queries come in any order; those
  // beside each other whose sequences have pages in common share loads. `soft_cap` > 0 bounds
  // scores by soft_cap * tanh(score / soft_cap). `scratch`: attention_scratch_bytes(head_size) of
  // the thread. scalar/attention.cpp states the arithmetic; vector variants agree within 3e-6 (of
  // values up to 1) but for what a code rounded the other way makes.
  void (*attend)(std::uint32_t head_size, const KvHead& kv, const AttentionQuery* queries,
                 std::uint32_t count, float soft_cap, std::byte* scratch);

  // attend() in two halves, with the same bits, for workers that share the keys of a query: parts
  // of chunks [begin, end), which lie within `all`; and the answers from all parts. Not there
  // (nullptr) where a type's kernels cannot.
  void (*attend_chunks)(std::uint32_t head_size, const KvHead& kv, const AttentionQuery* queries,
                        std::uint32_t count, float soft_cap, std::uint32_t begin, std::uint32_t end,
                        const ChunkParts& all, std::byte* scratch) = nullptr;
  void (*join_chunks)(std::uint32_t head_size, const AttentionQuery* queries, std::uint32_t count,
                      const ChunkParts& all, std::byte* scratch) = nullptr;
};
inline constexpr float kSmallestKept = 0x1p-100F;

struct AttentionKernels {
  KvKernels f32;
  KvKernels fixed;
  [[nodiscard]] const KvKernels& of(KvType type) const {
    return type == KvType::kF32 ? f32 : fixed;
  }
};

// From the codes of a tile's query to those of the next, in pairs: constant, so that it is part of
// instructions, and a line more than the largest, so that they don't share the same lines of L1.
inline constexpr std::size_t kQueryWords = kHeadSizeMax / 2 + 16;
std::size_t attention_scratch_bytes(std::uint32_t head_size);

} // namespace outpost::kernels
