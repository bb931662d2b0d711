// Attention over keys and values in F32, for the precise mode: one query at a time, one chunk of
// keys at a time, partial results merged in chunk order. Inner loops go over tokens or dimensions,
// which lie side by side.
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/scalar/fill.h"

namespace outpost::kernels::scalar {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

void store(std::uint32_t head_size, const float* key, const float* value, std::uint32_t token,
           const KvPage& page) {
  auto* keys = reinterpret_cast<float*>(page.keys);
  for (std::size_t d = 0; d < head_size; ++d) keys[d * kPageTokens + token] = key[d];
  std::memcpy(page.values + std::size_t{token} * head_size * 4, value, std::size_t{head_size} * 4);
}

struct Call {
  std::uint32_t head_size;
  const KvHead& kv;
  float soft_cap;
  float* scores;  // [kChunkTokens], by place in the chunk
  float* partial; // [head_size]
};

// Scores of all 16 tokens of a page.
void score_page(const Call& call, const float* query, const std::byte* page, float* scores) {
  const auto* keys = reinterpret_cast<const float*>(page);
  for (std::uint32_t t = 0; t < kPageTokens; ++t) scores[t] = 0;
  for (std::size_t d = 0; d < call.head_size; ++d)
    for (std::uint32_t t = 0; t < kPageTokens; ++t)
      scores[t] += query[d] * keys[d * kPageTokens + t];
}

// Takes in keys [begin, end), all within the chunk that starts at `chunk`; everything seen so far
// is q.out / sum, relative to `maximum`.
void take_chunk(const Call& call, const AttentionQuery& q, std::uint32_t chunk, std::uint32_t begin,
                std::uint32_t end, float& maximum, float& sum) {
  for (std::uint32_t k = begin / kPageTokens * kPageTokens; k < end; k += kPageTokens)
    score_page(call, q.query, call.kv.page(q.pages[k / kPageTokens]).keys,
               call.scores + (k - chunk));
  float* scores = call.scores - chunk;
  float best = kLowest;
  for (std::uint32_t k = begin; k < end; ++k) {
    if (call.soft_cap > 0) scores[k] = call.soft_cap * std::tanh(scores[k] / call.soft_cap);
    best = scores[k] > best ? scores[k] : best;
  }
  float total = 0;
  for (std::uint32_t d = 0; d < call.head_size; ++d) call.partial[d] = 0;
  for (std::uint32_t k = begin; k < end; ++k) {
    const float weight = std::exp(scores[k] - best);
    total += weight;
    const KvPage page = call.kv.page(q.pages[k / kPageTokens]);
    const auto* value =
        reinterpret_cast<const float*>(page.values) + std::size_t{k % kPageTokens} * call.head_size;
    for (std::uint32_t d = 0; d < call.head_size; ++d) call.partial[d] += weight * value[d];
  }
  const float merged = best > maximum ? best : maximum;
  const float keep = std::exp(maximum - merged), take = std::exp(best - merged);
  maximum = merged;
  sum = sum * keep + total * take;
  for (std::uint32_t d = 0; d < call.head_size; ++d)
    q.out[d] = q.out[d] * keep + call.partial[d] * take;
}

void attend(std::uint32_t head_size, const KvHead& kv, const AttentionQuery* queries,
            std::uint32_t count, float soft_cap, std::byte* scratch) {
  auto* scores = reinterpret_cast<float*>(scratch);
  const Call call{head_size, kv, soft_cap, scores, scores + kChunkTokens};
  for (const AttentionQuery* q = queries; q != queries + count; ++q) {
    float maximum = kLowest, sum = 0;
    for (std::uint32_t d = 0; d < head_size; ++d) q->out[d] = 0;
    for (std::uint32_t begin = q->key_begin; begin < q->key_end;) {
      const std::uint32_t chunk = begin / kChunkTokens * kChunkTokens;
      const std::uint32_t end =
          chunk + kChunkTokens < q->key_end ? chunk + kChunkTokens : q->key_end;
      take_chunk(call, *q, chunk, begin, end, maximum, sum);
      begin = end;
    }
    for (std::uint32_t d = 0; d < head_size; ++d) q->out[d] /= sum;
  }
}

} // namespace

void fill_attention_f32(AttentionKernels& attention) {
  attention.f32 = {.store = store, .attend = attend};
}

} // namespace outpost::kernels::scalar
