// Attention over fixed-point pages in tiles of query columns: one load of keys or values serves all
// columns of the tile that see them, of whatever sequence. The arithmetic of a column is that of
// scalar/attention.cpp in any tile: sums of integers have no order, and the float steps are a
// column's own. Keys that a column does not see get the weight code zero.
#pragma once
#include <type_traits>
#include <utility>

#include "kernels/simd/exp2.h"
#include "kernels/simd/fixed_rows.h"

namespace outpost::kernels::simd {

inline constexpr float kLowest = -__builtin_inff();
inline constexpr float kLog2E = 1.44269504F;

// Calls body.operator()<n>() for n = count, 1 <= count <= max.
template <int max, class Body>
inline void with_count(int count, Body&& body) {
  if constexpr (max == 1) {
    body.template operator()<1>();
  } else if (count == max) {
    body.template operator()<max>();
  } else {
    with_count<max - 1>(count, body);
  }
}

// Calls body.operator()<n>(v) for runs of n vectors that cover [v, end): `step` at a time, the rest
// in ever smaller runs. One vector at a time would leave too few chains to hide their latency.
template <int step, class Body>
inline void in_runs(std::uint32_t v, std::uint32_t end, Body&& body) {
  for (; v + step <= end; v += step) body.template operator()<step>(v);
  if constexpr (step > 1) in_runs<(step > 4 ? 4 : step / 2)>(v, end, body);
}

// Up to kColumnsMax queries on their way through the keys. All memory is the caller's scratch.
template <class V>
class AttentionTile {
public:
  // Sums that stay in registers, beside what is being multiplied.
  static constexpr int kSums = V::kRegisters == 32 ? 24 : 8;
  static constexpr int kColumnsMax = kSums / 2;

  AttentionTile(std::uint32_t head_size, const KvHead& kv, float soft_cap, std::byte* scratch)
      : head_size_(head_size), stride_((head_size + 15) / 16 * 16), kv_(kv), soft_cap_(soft_cap) {
    auto* floats = reinterpret_cast<float*>(scratch);
    const auto take = [&](std::size_t count) {
      float* taken = floats;
      floats += count;
      return taken;
    };
    scores_ = take(kColumnsMax * kChunkTokens);
    weights_ = reinterpret_cast<std::int16_t*>(take(kColumnsMax * kChunkTokens / 2));
    partial_ = take(kColumnsMax * std::size_t{stride_});
    running_ = take(kColumnsMax * std::size_t{stride_});
    packed_ = reinterpret_cast<std::int32_t*>(take(kColumnsMax * kQueryWords));
  }

  // Answers queries[0 .. count), count <= kColumnsMax.
  void answer(const AttentionQuery* queries, int count) {
    queries_ = queries;
    columns_ = count;
    std::uint32_t begin = ~0u, end = 0;
    for (int c = 0; c < columns_; ++c) {
      begin_column(c);
      begin = queries[c].key_begin < begin ? queries[c].key_begin : begin;
      end = queries[c].key_end > end ? queries[c].key_end : end;
    }
    for (chunk_ = begin / kChunkTokens * kChunkTokens; chunk_ < end; chunk_ += kChunkTokens) {
      for (int c = 0; c < columns_;) {
        const Group group = group_at(c);
        if (group.pages.first < group.pages.last) take_chunk(group);
        c = group.end;
      }
    }
    for (int c = 0; c < columns_; ++c) end_column(c);
  }

  // Parts of queries[0 .. count), the first of which is query `index` of `all`, from chunks
  // [first, last).
  void answer_chunks(const AttentionQuery* queries, int count, std::uint32_t first,
                     std::uint32_t last, std::uint32_t index, const ChunkParts& all) {
    queries_ = queries;
    columns_ = count;
    for (int c = 0; c < columns_; ++c) begin_column(c);
    for (std::uint32_t chunk = first; chunk < last; ++chunk) {
      chunk_ = chunk * kChunkTokens;
      for (int c = 0; c < columns_; ++c) chunk_best_[c] = kLowest;
      for (int c = 0; c < columns_;) {
        const Group group = group_at(c);
        if (group.pages.first < group.pages.last) weigh_chunk(group);
        c = group.end;
      }
      for (int c = 0; c < columns_; ++c)
        store_part(c, part(all, index + static_cast<std::uint32_t>(c), chunk - all.first));
    }
  }

  // Answers queries[0 .. count) from all their parts.
  void join_chunks(const AttentionQuery* queries, int count, std::uint32_t index,
                   const ChunkParts& all) {
    queries_ = queries;
    columns_ = count;
    for (int c = 0; c < columns_; ++c) clear_column(c);
    for (std::uint32_t i = 0; i < all.count; ++i) {
      for (int c = 0; c < columns_; ++c)
        load_part(c, part(all, index + static_cast<std::uint32_t>(c), i));
      merge({0, columns_, {}});
    }
    for (int c = 0; c < columns_; ++c) end_column(c);
  }

private:
  static constexpr std::ptrdiff_t kChunk = kChunkTokens; // signed: addresses fold into instructions
  static constexpr int kLanes = V::kLanes;
  using Float = typename V::Float;
  using Int = typename V::Int;
  // How far ahead keys and values are asked for: a page is too short for the processor to notice
  // that a stream begins.
  static constexpr std::size_t kAheadBytes = 8448;
  static constexpr int kPageVectors = int{kPageTokens} / kLanes; // of keys of a page
  // Sums that a score of few columns is split into, for as many chains.
  static constexpr int ways_of(int columns) { return columns * kPageVectors * 4 <= kSums ? 4 : 1; }

  // Vectors that a tile of so many columns takes at once, to have about kSums chains at work.
  static constexpr int at_once(int columns) { return kSums / columns > 8 ? 8 : kSums / columns; }

  // The same for values, which stay in registers beside the sums because they are widened first.
  static constexpr int values_at_once(int columns) {
    const int most = (V::kRegisters - 2) / (columns + 1);
    return most >= 8 ? 8 : most >= 4 ? 4 : most >= 2 ? 2 : 1;
  }

  // Pages [first, last) of the chunk.
  struct Pages {
    std::uint32_t first, last;
    bool operator==(const Pages&) const = default;
  };
  // Columns [begin, end) that read the same keys of the chunk.
  struct Group {
    int begin, end;
    Pages pages;
  };

  // The place of a key in the chunk; its edge for keys before and behind it.
  [[nodiscard]] std::uint32_t place(std::uint32_t key) const {
    if (key <= chunk_) return 0;
    return key - chunk_ < kChunkTokens ? key - chunk_ : kChunkTokens;
  }

  // What column c reads of the chunk; {0, 0} when it sees none of it.
  [[nodiscard]] Pages pages_of_column(int c) const {
    const std::uint32_t begin = place(queries_[c].key_begin), end = place(queries_[c].key_end);
    if (begin >= end) return {0, 0};
    return {begin / kPageTokens, (end + kPageTokens - 1) / kPageTokens};
  }

  // The columns from `c` on that read the same keys: those of its sequence, and those of others
  // that have the same pages here.
  [[nodiscard]] Group group_at(int c) const {
    Group group{c, c + 1, pages_of_column(c)};
    Pages& all = group.pages;
    for (; group.end < columns_; ++group.end) {
      const Pages its = pages_of_column(group.end);
      if (queries_[c].pages == queries_[group.end].pages) {
        if (all.first == all.last) all = its;
        if (its.first == its.last) continue;
        all = {its.first < all.first ? its.first : all.first,
               its.last > all.last ? its.last : all.last};
      } else if (its != all || !have_same_pages(c, group.end, all)) {
        break;
      }
    }
    return group;
  }

  [[nodiscard]] bool have_same_pages(int a, int b, Pages pages) const {
    const std::size_t from = chunk_ / kPageTokens + pages.first;
    return std::memcmp(queries_[a].pages + from, queries_[b].pages + from,
                       (pages.last - pages.first) * sizeof(PageId)) == 0;
  }

  void begin_column(int c) {
    auto* codes = reinterpret_cast<std::int16_t*>(packed_ + std::size_t(c) * kQueryWords);
    scale_[c] = quantize_row<V>(queries_[c].query, head_size_, query_code_max(head_size_), codes);
    clear_column(c);
  }

  void clear_column(int c) {
    for (std::uint32_t d = 0; d < stride_; d += kLanes) V::store(running(c) + d, V::zero());
    maximum_[c] = kLowest;
    sum_[c] = 0;
  }

  void take_chunk(const Group& group) {
    weigh_chunk(group);
    merge(group);
  }

  // The chunk's part of a group's columns.
  void weigh_chunk(const Group& group) {
    const auto [first, last] = group.pages;
    base_ = group.begin;
    const PageId* ids = queries_[base_].pages + chunk_ / kPageTokens;
    for (std::uint32_t p = first; p < last; ++p) pages_[p] = kv_.page(ids[p]);
    look_ahead(first, last);
    const int count = group.end - group.begin;
    with_count<kColumnsMax>(count, [&]<int columns>() { score<columns>(first, last); });
    soften(group);
    with_count<kColumnsMax>(count, [&]<int columns>() { weigh<columns>(first, last); });
  }

  // What to ask for while keys and values of a page are read: those of a later page, the values
  // behind the last keys, and the next chunk's keys behind the last values. A chunk's pages usually
  // lie behind each other (models/kv_arena.h); where they do not, some of it is of no use.
  void look_ahead(std::uint32_t first, std::uint32_t last) {
    const AttentionQuery& query = queries_[base_];
    const std::uint32_t next = chunk_ / kPageTokens + kBlockPages;
    const bool has_next = next * kPageTokens < query.key_end;
    const std::byte* next_keys = has_next ? kv_.page(query.pages[next]).keys : pages_[first].values;
    const std::size_t key_bytes = kv_key_bytes(KvType::kFixed, head_size_);
    const std::size_t value_bytes = kv_value_bytes(KvType::kFixed, head_size_);
    const std::uint32_t keys_ahead = pages_ahead(key_bytes),
                        values_ahead = pages_ahead(value_bytes);
    for (std::uint32_t p = first; p < last; ++p) {
      __builtin_prefetch(value_scales(p));
      const std::uint32_t later_keys = p + keys_ahead, later_values = p + values_ahead;
      keys_ahead_[p] = later_keys < last ? pages_[later_keys].keys
                                         : pages_[first].values + (later_keys - last) * key_bytes;
      values_ahead_[p] = later_values < last ? pages_[later_values].values
                                             : next_keys + (later_values - last) * value_bytes;
    }
    softening_asks_ = pages_[first].values + keys_ahead * key_bytes;
    softening_asks_end_ = pages_[last - 1].values + value_bytes;
  }

  static std::uint32_t pages_ahead(std::size_t page_bytes) {
    return page_bytes < kAheadBytes ? static_cast<std::uint32_t>(kAheadBytes / page_bytes) : 1;
  }

  [[nodiscard]] const std::byte* value_scales(std::uint32_t p) const {
    return pages_[p].values + fixed_value_scales_at(head_size_);
  }

  [[nodiscard]] float* part(const ChunkParts& all, std::uint32_t query, std::uint32_t i) const {
    return all.parts + (std::size_t{query} * all.count + i) * attention_part_floats(head_size_);
  }

  // Of a chunk that the column does not see nothing but that is told.
  void store_part(int c, float* out) const {
    out[0] = chunk_best_[c];
    if (chunk_best_[c] == kLowest) return;
    out[1] = chunk_sum_[c];
    out[2] = undo_[c];
    std::memcpy(out + kPartHead, partial_ + std::size_t(c) * stride_, stride_ * sizeof(float));
  }

  void load_part(int c, const float* in) {
    chunk_best_[c] = in[0];
    if (chunk_best_[c] == kLowest) return;
    chunk_sum_[c] = in[1];
    undo_[c] = in[2];
    std::memcpy(partial_ + std::size_t(c) * stride_, in + kPartHead, stride_ * sizeof(float));
  }

  // Few columns take a page at a time: one stream of keys, which the processor reads at nearly
  // twice the rate of several, and a score in `ways` sums for enough chains.
  template <int columns>
  void score(std::uint32_t first, std::uint32_t last) {
    first *= kPageVectors, last *= kPageVectors;
    if constexpr (constexpr int ways = ways_of(columns); ways > 1) {
      if (head_size_ % (2 * ways) == 0) {
        for (std::uint32_t v = first; v < last; v += kPageVectors)
          score_vectors<columns, kPageVectors, ways>(v);
        return;
      }
    }
    in_runs<at_once(columns)>(
        first, last, [&]<int vectors>(std::uint32_t v) { score_vectors<columns, vectors, 1>(v); });
  }

  // Scores of the chunk's tokens kLanes * v .., for `vectors` vectors of them, each in `ways` sums.
  // Sums are indexed by constants alone (kSum: vector in column in way) and each shape is a
  // function of its own: else they would not stay in registers.
  template <int columns, int vectors, int ways>
  void score_vectors(std::uint32_t v) {
    score_sums<vectors, columns * vectors>(
        v, std::make_integer_sequence<int, columns * vectors * ways>());
  }

  template <int vectors, int scores, int... kSum>
  [[gnu::noinline]] void score_sums(std::uint32_t v, std::integer_sequence<int, kSum...> /*sums*/) {
    constexpr int ways = int(sizeof...(kSum)) / scores;
    constexpr std::ptrdiff_t kPairBytes = kPageTokens * 4;
    const std::byte *keys[vectors], *ahead[vectors];
    for (int i = 0; i < vectors; ++i) {
      const std::uint32_t token = (v + static_cast<std::uint32_t>(i)) * kLanes;
      keys[i] = page(token).keys + token % kPageTokens * 4;
      ahead[i] = keys_ahead_[token / kPageTokens] + token % kPageTokens * 4;
    }
    Int sums[] = {(static_cast<void>(kSum), V::int_zero())...};
    const std::int32_t* query = packed_ + std::size_t(base_) * kQueryWords;
    const std::ptrdiff_t bytes = std::ptrdiff_t{head_size_} * (kPageTokens * 2);
    for (std::ptrdiff_t at = 0; at < bytes; at += ways * kPairBytes, query += ways) {
      for (int w = 0; w < ways; ++w)
        for (int i = 0; i < vectors; ++i) __builtin_prefetch(ahead[i] + at + w * kPairBytes);
      ((sums[kSum] = V::dot_pairs(
            sums[kSum], V::load_pairs(keys[kSum % vectors] + at + kSum / scores * kPairBytes),
            V::set_pair(query[kSum / scores + kSum % scores / vectors * int(kQueryWords)]))),
       ...);
    }
    const auto join = [&](Int& to, Int from) { to = V::add_int(to, from); };
    ((kSum < scores ? void() : join(sums[kSum % scores], sums[kSum])), ...);
    float* out = scores_ + base_ * kChunk + v * kLanes;
    const auto put = [&](int i, Int sum) {
      const Float scale = V::load(reinterpret_cast<const float*>(keys[i % vectors] + bytes));
      V::store(out + i / vectors * kChunk + i % vectors * kLanes, V::mul(V::to_float(sum), scale));
    };
    ((kSum < scores ? put(kSum, sums[kSum]) : void()), ...);
  }

  // tanh(z) = 1 - 2 / (1 + e^2z)
  void cap_scores(float* scores, std::uint32_t first, std::uint32_t last, float scale) const {
    const Float one = V::set(1.0F), two = V::set(2.0F), cap = V::set(soft_cap_);
    const Float factor = V::set(2.0F * kLog2E * scale / soft_cap_);
    const Float limit = V::set(126.0F); // e^2z = 2^126: the quotient vanishes beside 1
    for (std::uint32_t t = first; t < last; t += kLanes) {
      const Float power = V::mul(V::load(scores + t), factor);
      const Float rest = V::div(two, V::add(one, exp2<V>(V::min(power, limit))));
      V::store(scores + t, V::mul(cap, V::sub(one, rest)));
    }
  }

  // What a column sees of the chunk's tokens [first, last): those of [begin, end), which are whole
  // vectors from whole_begin to whole_end.
  struct Seen {
    std::uint32_t first, last, begin, end, whole_begin, whole_end;

    // Lanes of x that are seen, the others of `other`.
    [[nodiscard]] Float choose(Float x, Float other, std::uint32_t t) const {
      return V::choose(x, other, begin > t ? begin - t : 0, end > t ? end - t : 0);
    }
    // Calls body(t, is_whole) for every vector, is_whole a constant.
    template <class Body>
    void for_vectors(Body&& body) const {
      std::uint32_t t = first;
      for (; t < whole_begin; t += kLanes) body(t, std::false_type());
#pragma GCC unroll 4
      for (; t < whole_end; t += kLanes) body(t, std::true_type());
      for (; t < last; t += kLanes) body(t, std::false_type());
    }
  };

  [[nodiscard]] Seen seen_by(int c, Pages pages) const {
    Seen seen{pages.first * kPageTokens,
              pages.last * kPageTokens,
              place(queries_[c].key_begin),
              place(queries_[c].key_end),
              0,
              0};
    const std::uint32_t up = (seen.begin + kLanes - 1) / kLanes * kLanes;
    const std::uint32_t down = seen.end / kLanes * kLanes;
    seen.whole_begin = up < seen.last ? (up > seen.first ? up : seen.first) : seen.last;
    seen.whole_end = down > seen.whole_begin ? down : seen.whole_begin;
    return seen;
  }

  // Scores of the group's columns to weight codes, and what merge() needs to know of them. Each
  // pass goes over all columns before the next: what a column waits for (a maximum over lanes) is
  // hidden behind the others.
  void soften(const Group& group) {
    for (int c = group.begin; c < group.end; ++c) {
      seen_[c] = seen_by(c, group.pages);
      find_best(c);
    }
    for (std::uint32_t p = group.pages.first; p < group.pages.last; ++p)
      std::memcpy(value_scales_ + p * kPageTokens, value_scales(p), kPageTokens * 4);
    const bool asks = ways_of(group.end - group.begin) > 1;
    for (int c = group.begin; c < group.end; ++c)
      asks ? exponentiate<true>(c) : exponentiate<false>(c);
    for (int c = group.begin; c < group.end; ++c) encode(c);
  }

  void find_best(int c) {
    const Seen seen = seen_[c];
    const float* scores = scores_ + c * kChunk;
    if (soft_cap_ > 0) cap_scores(scores_ + c * kChunk, seen.first, seen.last, scale_[c]);
    Float best = V::set(kLowest);
    seen.for_vectors([&](std::uint32_t t, auto is_whole) {
      const Float x = V::load(scores + t);
      best = V::max(best, is_whole ? x : seen.choose(x, best, t));
    });
    best_[c] = V::largest(best);
  }

  // The weights times the scales of their values, in place of the scores. Where memory is what
  // takes the time it does not rest meanwhile: the values that nobody has asked for yet are.
  template <bool asks>
  void exponentiate(int c) {
    const Seen seen = seen_[c];
    float* scores = scores_ + c * kChunk;
    const float scale = soft_cap_ > 0 ? 1.0F : scale_[c];
    const Float rate = V::set(scale * kLog2E), top = V::set(best_[c]);
    Float sum = V::zero(), largest = V::zero();
    seen.for_vectors([&](std::uint32_t t, auto is_whole) {
      Float weight = exp2<V>(V::mul(V::sub(V::load(scores + t), top), rate));
      if constexpr (!is_whole) weight = seen.choose(weight, V::zero(), t);
      sum = V::add(sum, weight);
      Float scaled = V::mul(weight, V::load(value_scales_ + t));
      if constexpr (!is_whole) scaled = seen.choose(scaled, V::zero(), t);
      largest = V::max(largest, scaled);
      V::store(scores + t, scaled);
      if constexpr (asks) ask_values();
    });
    chunk_best_[c] = best_[c] == kLowest ? kLowest : best_[c] * scale; // a scale may be zero
    chunk_sum_[c] = V::sum(sum);
    largest_[c] = V::largest(largest);
  }

  void ask_values() {
    if (softening_asks_ >= softening_asks_end_) return;
    for (int i = 0; i < 4; ++i, softening_asks_ += 64) __builtin_prefetch(softening_asks_);
  }

  void encode(int c) {
    const float* scaled = scores_ + c * kChunk;
    std::int16_t* codes = weights_ + c * kChunk;
    undo_[c] = largest_[c] / kWeightCodeMax;
    const Float inverse = V::set(largest_[c] < kSmallestKept ? 0.0F : kWeightCodeMax / largest_[c]);
    const std::uint32_t last = seen_[c].last;
#pragma GCC unroll 4
    for (std::uint32_t t = seen_[c].first; t < last; t += kLanes)
      V::store_codes(codes + t, V::mul(V::load(scaled + t), inverse));
  }

  template <int columns>
  void weigh(std::uint32_t first, std::uint32_t last) {
    in_runs<values_at_once(columns)>(0, stride_ / kLanes, [&]<int vectors>(std::uint32_t v) {
      weigh_sums<vectors>(first, last, v * kLanes,
                          std::make_integer_sequence<int, columns * vectors>());
    });
  }

  static typename V::Pair weight_pair(const std::int16_t* codes) {
    std::int32_t both;
    std::memcpy(&both, codes, sizeof(both));
    return V::set_pair(both);
  }

  // partial = sum of weight code * value code over pages [begin, end), at dimensions d .. Behind
  // the last dimension lie other codes of the page or its scales: what they give is never read.
  template <int vectors, int... kSum>
  [[gnu::noinline]] void weigh_sums(std::uint32_t begin, std::uint32_t end, std::uint32_t d,
                                    std::integer_sequence<int, kSum...> /*sums*/) {
    constexpr std::ptrdiff_t kVectorBytes = kLanes * 2;
    Int sums[] = {(static_cast<void>(kSum), V::int_zero())...};
    const std::ptrdiff_t pair_bytes = std::ptrdiff_t{head_size_} * 2;
    for (std::uint32_t p = begin; p < end; ++p) {
      const std::byte* ahead = values_ahead_[p] + std::size_t{d} * 2;
      const std::byte* values = page(p * kPageTokens).values + std::size_t{d} * 2;
      const std::int16_t* weights = weights_ + base_ * kChunk + p * kPageTokens;
      for (int pair = 0; pair < int(kPageTokens / 2); ++pair, weights += 2) {
        for (std::ptrdiff_t at = 0; at < vectors * kVectorBytes; at += 64)
          __builtin_prefetch(ahead + at);
        typename V::Pairs codes[vectors];
        for (int i = 0; i < vectors; ++i) codes[i] = V::load_byte_pairs(values + i * kVectorBytes);
        ((sums[kSum] = V::dot_pairs(sums[kSum], codes[kSum % vectors],
                                    weight_pair(weights + kSum / vectors * kChunk))),
         ...);
        values += pair_bytes;
        ahead += pair_bytes;
      }
    }
    float* out = partial_ + std::size_t(base_) * stride_ + d;
    (V::store(out + kSum / vectors * std::size_t{stride_} + kSum % vectors * kLanes,
              V::to_float(sums[kSum])),
     ...);
  }

  // Joins a chunk's part to what its columns have so far.
  void merge(const Group& group) {
    float keep[kColumnsMax + kLanes] = {}, take[kColumnsMax + kLanes] = {}; // first exponents
    for (int c = group.begin; c < group.end; ++c) {
      const float merged = maximum_[c] > chunk_best_[c] ? maximum_[c] : chunk_best_[c];
      keep[c] = exponent(maximum_[c], merged);
      take[c] = exponent(chunk_best_[c], merged);
      maximum_[c] = merged;
    }
    for (int c = group.begin; c < group.end; c += kLanes) {
      V::store(keep + c, exp2<V>(V::load(keep + c)));
      V::store(take + c, exp2<V>(V::load(take + c)));
    }
    for (int c = group.begin; c < group.end; ++c) {
      if (chunk_best_[c] == kLowest) continue; // it saw none of these keys
      sum_[c] = sum_[c] * keep[c] + chunk_sum_[c] * take[c];
      const Float kept = V::set(keep[c]), taken = V::set(take[c] * undo_[c]);
      const float* partial = partial_ + std::size_t(c) * stride_;
      for (std::uint32_t d = 0; d < stride_; d += kLanes) {
        const Float part = V::mul(V::load(partial + d), taken);
        V::store(running(c) + d, V::fma(V::load(running(c) + d), kept, part));
      }
    }
  }

  // Of the power of two by which a part with maximum `from` shrinks beside `to` >= from.
  static float exponent(float from, float to) {
    constexpr float kGone = -512.0F; // its power is zero
    return from == kLowest ? kGone : (from - to) * kLog2E;
  }

  void end_column(int c) {
    const Float sum = V::set(sum_[c]);
    float* out = queries_[c].out;
    std::uint32_t d = 0;
    for (; d + kLanes <= head_size_; d += kLanes)
      V::store(out + d, V::div(V::load(running(c) + d), sum));
    if (d == head_size_) return;
    float rest[kLanes];
    V::store(rest, V::div(V::load(running(c) + d), sum));
    std::memcpy(out + d, rest, (head_size_ - d) * sizeof(float));
  }

  // The page of the chunk's token `token`.
  [[nodiscard]] const KvPage& page(std::uint32_t token) const {
    return pages_[token / kPageTokens];
  }
  [[nodiscard]] float* running(int c) const { return running_ + std::size_t(c) * stride_; }

  std::uint32_t head_size_, stride_;
  KvHead kv_;
  float soft_cap_;
  const AttentionQuery* queries_ = nullptr;
  int columns_ = 0;
  int base_ = 0;                               // the first column of the group at hand
  KvPage pages_[kBlockPages];                  // of the chunk, as the group sees it
  const std::byte* keys_ahead_[kBlockPages];   // to ask for beside a page's keys
  const std::byte* values_ahead_[kBlockPages]; // and beside its values
  const std::byte *softening_asks_ = nullptr, *softening_asks_end_ = nullptr; // values
  std::uint32_t chunk_ = 0;                                                   // its first key
  std::int32_t* packed_;  // query codes in pairs [columns][kQueryWords]
  float* scores_;         // [columns][kChunkTokens]; later the weights with their value scales
  std::int16_t* weights_; // their codes [columns][kChunkTokens]
  float* partial_;        // weighted value codes of the chunk [columns][stride]
  float* running_;        // and of all chunks so far, relative to maximum_
  float scale_[kColumnsMax], maximum_[kColumnsMax], sum_[kColumnsMax];
  float best_[kColumnsMax], largest_[kColumnsMax]; // score; weight with value scale
  float chunk_best_[kColumnsMax], chunk_sum_[kColumnsMax], undo_[kColumnsMax];
  Seen seen_[kColumnsMax];
  alignas(64) float value_scales_[kChunkTokens]; // of the chunk, as the group sees it
};

} // namespace outpost::kernels::simd
