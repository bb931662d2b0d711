// The specification of attention over pages: one query at a time, one chunk of keys at a time,
// partial results merged in chunk order. What the vector variants share out over columns and lanes
// is written here as plain loops over the same chunks.
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/scalar/fill.h"

namespace outpost::kernels::scalar {
namespace {

// Round to nearest, ties to even. A NaN stays one.
std::uint16_t to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>(bits >> 16 | 0x40u);
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

float from_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// Where element `d` of token `t` lies in a page's keys and values, in elements.
std::size_t key_place(KvType type, std::uint32_t d, std::uint32_t t) {
  return type == KvType::kF32 ? std::size_t{d} * kPageTokens + t
                              : (std::size_t{d / 2} * kPageTokens + t) * 2 + d % 2;
}

std::size_t value_place(KvType type, std::uint32_t head_size, std::uint32_t d, std::uint32_t t) {
  return type == KvType::kF32 ? std::size_t{t} * head_size + d
                              : (std::size_t{t / 2} * head_size + d) * 2 + t % 2;
}

void write(KvType type, std::byte* base, std::size_t place, float value) {
  if (type == KvType::kF32) {
    std::memcpy(base + place * 4, &value, 4);
  } else {
    const std::uint16_t bits = to_bf16(value);
    std::memcpy(base + place * 2, &bits, 2);
  }
}

float read(KvType type, const std::byte* base, std::size_t place) {
  if (type == KvType::kF32) {
    float value;
    std::memcpy(&value, base + place * 4, 4);
    return value;
  }
  std::uint16_t bits;
  std::memcpy(&bits, base + place * 2, 2);
  return from_bf16(bits);
}

void store(KvType type, std::uint32_t head_size, const float* key, const float* value,
           std::uint32_t token, const KvPage& page) {
  for (std::uint32_t d = 0; d < head_size; ++d) {
    write(type, page.keys, key_place(type, d, token), key[d]);
    write(type, page.values, value_place(type, head_size, d, token), value[d]);
  }
}

// One query being answered: everything seen so far is `out` / `sum`, relative to `maximum`.
struct Running {
  float maximum = -std::numeric_limits<float>::infinity();
  float sum = 0;
};

// Takes in keys [begin, end), all within one chunk. `scores` holds kChunkTokens, `partial`
// head_size.
void take_chunk(KvType type, std::uint32_t head_size, const KvPage* pages, const AttentionQuery& q,
                float soft_cap, std::uint32_t begin, std::uint32_t end, float* scores,
                float* partial, Running& running) {
  float maximum = -std::numeric_limits<float>::infinity();
  for (std::uint32_t k = begin; k < end; ++k) {
    const KvPage& page = pages[k / kPageTokens];
    float score = 0;
    for (std::uint32_t d = 0; d < head_size; ++d) {
      score += q.query[d] * read(type, page.keys, key_place(type, d, k % kPageTokens));
    }
    if (soft_cap > 0) score = soft_cap * std::tanh(score / soft_cap);
    scores[k - begin] = score;
    maximum = score > maximum ? score : maximum;
  }
  float sum = 0;
  for (std::uint32_t d = 0; d < head_size; ++d) partial[d] = 0;
  for (std::uint32_t k = begin; k < end; ++k) {
    const KvPage& page = pages[k / kPageTokens];
    const float weight = std::exp(scores[k - begin] - maximum);
    sum += weight;
    for (std::uint32_t d = 0; d < head_size; ++d) {
      const std::size_t place = value_place(type, head_size, d, k % kPageTokens);
      partial[d] += weight * read(type, page.values, place);
    }
  }
  const float merged = maximum > running.maximum ? maximum : running.maximum;
  const float keep = std::exp(running.maximum - merged), take = std::exp(maximum - merged);
  running.maximum = merged;
  running.sum = running.sum * keep + sum * take;
  for (std::uint32_t d = 0; d < head_size; ++d) q.out[d] = q.out[d] * keep + partial[d] * take;
}

void attend(KvType type, std::uint32_t head_size, const KvPage* pages,
            const AttentionQuery* queries, std::uint32_t count, float soft_cap,
            std::byte* scratch) {
  float* scores = reinterpret_cast<float*>(scratch);
  float* partial = scores + kChunkTokens;
  for (const AttentionQuery* q = queries; q != queries + count; ++q) {
    Running running;
    for (std::uint32_t d = 0; d < head_size; ++d) q->out[d] = 0;
    for (std::uint32_t begin = q->key_begin; begin < q->key_end;) {
      const std::uint32_t chunk_end = (begin / kChunkTokens + 1) * kChunkTokens;
      const std::uint32_t end = chunk_end < q->key_end ? chunk_end : q->key_end;
      take_chunk(type, head_size, pages, *q, soft_cap, begin, end, scores, partial, running);
      begin = end;
    }
    for (std::uint32_t d = 0; d < head_size; ++d) q->out[d] /= running.sum;
  }
}

} // namespace

void fill_attention(AttentionKernels& attention) { attention = {.store = store, .attend = attend}; }

} // namespace outpost::kernels::scalar
