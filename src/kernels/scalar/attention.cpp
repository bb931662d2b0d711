// The specification of attention over fixed-point keys and values. For one query, over chunks of
// kChunkTokens keys in order:
//
//   query     -> codes, query_scale = max|query| / query_code_max(head_size)
//   score(t)   = float(sum of query code * key code) * key_scale(t)       the sum exact, in int32
//   weight(t)  = exp((score(t) - best) * query_scale)                     best: the chunk's largest
//   code(t)    = round-half-even(weight(t) * value_scale(t) * (kWeightCodeMax / largest of these))
//   part       = sum of code(t) * value code                              exact, in int32
//
// and the parts of all chunks, times what undoes the scaling, are joined by log-sum-exp. With a
// soft cap the score is scaled and capped first, and query_scale is 1 from there on.
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "kernels/scalar/fill.h"

namespace outpost::kernels::scalar {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

// Codes of one row, which go to place(d), a reference. Returns the scale.
template <class Place>
float quantize(const float* row, std::uint32_t size, std::int32_t code_max, Place&& place) {
  float largest = 0;
  bool is_finite = true;
  for (std::uint32_t d = 0; d < size; ++d) {
    largest = std::fmax(largest, std::fabs(row[d]));
    is_finite = is_finite && std::isfinite(row[d]);
  }
  const bool is_kept = is_finite && largest >= kSmallestKept;
  const float inverse = is_kept ? static_cast<float>(code_max) / largest : 0.0F;
  for (std::uint32_t d = 0; d < size; ++d) {
    const float code = is_kept ? std::nearbyint(row[d] * inverse) : 0.0F;
    auto& to = place(d);
    to = static_cast<std::remove_reference_t<decltype(to)>>(code);
  }
  if (!is_finite) return std::numeric_limits<float>::quiet_NaN();
  return is_kept ? largest / static_cast<float>(code_max) : 0.0F;
}

// Element d of token `token` of a page.
std::int16_t& key_code(const KvPage& page, std::uint32_t token, std::uint32_t d) {
  auto* codes = reinterpret_cast<std::int16_t*>(page.keys);
  return codes[(std::size_t{d / 2} * kPageTokens + token) * 2 + d % 2];
}
std::int8_t& value_code(const KvPage& page, std::uint32_t head_size, std::uint32_t token,
                        std::uint32_t d) {
  auto* codes = reinterpret_cast<std::int8_t*>(page.values);
  return codes[(std::size_t{token / 2} * head_size + d) * 2 + token % 2];
}
float& key_scale(const KvPage& page, std::uint32_t head_size, std::uint32_t token) {
  return reinterpret_cast<float*>(page.keys + fixed_key_scales_at(head_size))[token];
}
float& value_scale(const KvPage& page, std::uint32_t head_size, std::uint32_t token) {
  return reinterpret_cast<float*>(page.values + fixed_value_scales_at(head_size))[token];
}

void store(std::uint32_t head_size, const float* key, const float* value, std::uint32_t token,
           const KvPage& page) {
  key_scale(page, head_size, token) =
      quantize(key, head_size, kKeyCodeMax,
               [&](std::uint32_t d) -> auto& { return key_code(page, token, d); });
  value_scale(page, head_size, token) =
      quantize(value, head_size, kValueCodeMax,
               [&](std::uint32_t d) -> auto& { return value_code(page, head_size, token, d); });
}

// One query being answered. What it has seen so far is out / sum, relative to `maximum`.
struct Column {
  const KvHead& kv;
  const PageId* pages;
  std::uint32_t head_size;
  std::int16_t* query;
  float query_scale;
  float soft_cap;
  float* scores; // [kChunkTokens]; later the weights with their value scales
  float* out;
  float maximum = kLowest;
  float sum = 0;

  [[nodiscard]] KvPage page_of(std::uint32_t key) const {
    return kv.page(pages[key / kPageTokens]);
  }
};

float score_of(const Column& c, std::uint32_t k) {
  const KvPage page = c.page_of(k);
  const std::uint32_t token = k % kPageTokens;
  std::int32_t dot = 0;
  for (std::uint32_t d = 0; d < c.head_size; ++d) dot += c.query[d] * key_code(page, token, d);
  const float score = static_cast<float>(dot) * key_scale(page, c.head_size, token);
  return c.soft_cap > 0 ? c.soft_cap * std::tanh(score * c.query_scale / c.soft_cap) : score;
}

std::int32_t weight_code(float weight, float inverse) {
  return weight >= 0 ? static_cast<std::int32_t>(std::nearbyint(weight * inverse)) : 0; // NaN: 0
}

// Sum of weight code * value code over keys [begin, end), which are of one chunk.
std::int32_t weigh(const Column& c, std::uint32_t d, std::uint32_t begin, std::uint32_t end,
                   float inverse) {
  std::int32_t sum = 0;
  for (std::uint32_t k = begin; k < end; ++k) {
    const std::int32_t code = weight_code(c.scores[k % kChunkTokens], inverse);
    sum += code * value_code(c.page_of(k), c.head_size, k % kPageTokens, d);
  }
  return sum;
}

// Takes in keys [begin, end), all within one chunk.
void take_chunk(Column& c, std::uint32_t begin, std::uint32_t end) {
  float best = kLowest;
  for (std::uint32_t k = begin; k < end; ++k) {
    const float score = c.scores[k % kChunkTokens] = score_of(c, k);
    best = score > best ? score : best;
  }
  const float scale = c.soft_cap > 0 ? 1.0F : c.query_scale;
  float sum = 0, largest = 0;
  for (std::uint32_t k = begin; k < end; ++k) {
    float& score = c.scores[k % kChunkTokens];
    const float weight = std::exp((score - best) * scale);
    sum += weight;
    score = weight * value_scale(c.page_of(k), c.head_size, k % kPageTokens);
    largest = std::fmax(largest, score);
  }
  const float inverse = largest < kSmallestKept ? 0.0F : kWeightCodeMax / largest;
  const float merged = std::fmax(c.maximum, best * scale);
  const float keep = std::exp(c.maximum - merged), take = std::exp(best * scale - merged);
  const float undo = take * (largest / kWeightCodeMax);
  c.maximum = merged;
  c.sum = c.sum * keep + sum * take;
  for (std::uint32_t d = 0; d < c.head_size; ++d) {
    const auto partial = static_cast<float>(weigh(c, d, begin, end, inverse));
    c.out[d] = c.out[d] * keep + partial * undo;
  }
}

void attend(std::uint32_t head_size, const KvHead& kv, const AttentionQuery* queries,
            std::uint32_t count, float soft_cap, std::byte* scratch) {
  auto* scores = reinterpret_cast<float*>(scratch);
  auto* codes = reinterpret_cast<std::int16_t*>(scores + kChunkTokens);
  for (const AttentionQuery* q = queries; q != queries + count; ++q) {
    const float scale = quantize(q->query, head_size, query_code_max(head_size),
                                 [&](std::uint32_t d) -> auto& { return codes[d]; });
    Column column{kv, q->pages, head_size, codes, scale, soft_cap, scores, q->out};
    for (std::uint32_t d = 0; d < head_size; ++d) q->out[d] = 0;
    for (std::uint32_t begin = q->key_begin; begin < q->key_end;) {
      const std::uint32_t chunk_end = (begin / kChunkTokens + 1) * kChunkTokens;
      const std::uint32_t end = chunk_end < q->key_end ? chunk_end : q->key_end;
      take_chunk(column, begin, end);
      begin = end;
    }
    for (std::uint32_t d = 0; d < head_size; ++d) q->out[d] /= column.sum;
  }
}

} // namespace

void fill_attention(AttentionKernels& attention) {
  fill_attention_f32(attention);
  attention.fixed = {.store = store, .attend = attend};
}

} // namespace outpost::kernels::scalar
