// Every table's attention against plain double arithmetic over the stored keys and values, and
// against itself: a query's bits must not depend on the queries beside it.
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/attention.h"
#include "kernels/kernels.h"

namespace outpost::kernels {
namespace {

// What a row of fixed-point codes stands for.
void through_codes(std::vector<float>& row, std::int32_t code_max) {
  float largest = 0;
  for (const float v : row) largest = std::max(largest, std::abs(v));
  const auto most = static_cast<float>(code_max);
  for (float& v : row) v = std::nearbyint(v * (most / largest)) * (largest / most);
}

// A sequence's keys and values, in pages and as plain rows.
class Cache {
public:
  Cache(const AttentionKernels& kernels, KvType type, std::uint32_t head, std::uint32_t tokens)
      : head_(head) {
    const std::uint32_t count = (tokens + kPageTokens - 1) / kPageTokens;
    const std::size_t keys = kv_key_bytes(type, head), values = kv_value_bytes(type, head);
    const std::size_t page = keys + values;
    // What nobody stored is NaN: no result may come near it.
    bytes_.assign(count * page + 64, std::byte{0xff});
    void* base = bytes_.data();
    std::size_t space = bytes_.size();
    auto* aligned = static_cast<std::byte*>(std::align(64, count * page, base, space));
    for (std::uint32_t i = 0; i < count; ++i) pages.push_back(i);
    kv = {{aligned, aligned + keys}, page, page, kBlockPages * page};
    Random random(head * 1000 + tokens);
    const auto next = [&] { return static_cast<float>(random.next_double() * 2 - 1); };
    for (std::uint32_t t = 0; t < tokens; ++t) {
      std::vector<float> key(head), value(head);
      for (float& v : key) v = next() * 2;
      for (float& v : value) v = next();
      kernels.of(type).store(head, key.data(), value.data(), t % kPageTokens,
                             kv.page(pages[t / kPageTokens]));
      if (type == KvType::kFixed) {
        through_codes(key, kKeyCodeMax);
        through_codes(value, kValueCodeMax);
      }
      keys_.push_back(key);
      values_.push_back(value);
    }
  }

  // One query answered in double.
  [[nodiscard]] std::vector<double> expected(const AttentionQuery& q, double cap) const {
    std::vector<double> scores, out(head_);
    double largest = -1e300, sum = 0;
    for (std::uint32_t k = q.key_begin; k < q.key_end; ++k) {
      double score = 0;
      for (std::uint32_t d = 0; d < head_; ++d) score += double{q.query[d]} * keys_[k][d];
      if (cap > 0) score = cap * std::tanh(score / cap);
      scores.push_back(score);
      largest = std::max(largest, score);
    }
    for (std::uint32_t k = q.key_begin; k < q.key_end; ++k) {
      const double weight = std::exp(scores[k - q.key_begin] - largest);
      sum += weight;
      for (std::uint32_t d = 0; d < head_; ++d) out[d] += weight * values_[k][d];
    }
    for (double& v : out) v /= sum;
    return out;
  }

  KvHead kv;
  std::vector<PageId> pages;

private:
  std::uint32_t head_;
  std::vector<std::byte> bytes_;
  std::vector<std::vector<float>> keys_, values_;
};

struct AttentionCase {
  std::uint32_t head, tokens, group, rows, window;
  float cap;
};

class AttentionTest : public testing::TestWithParam<std::tuple<AttentionCase, KvType>> {
protected:
  const AttentionCase c = std::get<0>(GetParam());
  const KvType type = std::get<1>(GetParam());
  const std::vector<KernelTable> tables = supported_kernels(platform::cpu_features());
};

// The last `rows` positions of the sequence ask, with `group` heads each.
struct Questions {
  std::vector<float> queries, out;
  std::vector<AttentionQuery> list;

  Questions(const AttentionCase& c, const std::vector<PageId>& pages)
      : queries(std::size_t{c.rows} * c.group * c.head), out(queries.size()) {
    Random random(17);
    for (float& v : queries) v = static_cast<float>(random.next_double() - 0.5);
    for (std::uint32_t i = 0; i < c.rows * c.group; ++i) {
      const std::uint32_t end = c.tokens - c.rows + i / c.group + 1;
      list.push_back({queries.data() + std::size_t{i} * c.head,
                      out.data() + std::size_t{i} * c.head, pages.data(),
                      end > c.window ? end - c.window : 0, end});
    }
  }
};

TEST_P(AttentionTest, AgreesWithPlainArithmetic) {
  // Codes of queries and weights are off by half a step: 1 / 2^13 to 2^14 of the largest.
  const double tolerance = type == KvType::kF32 ? 3e-6 : 1e-3;
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    const Cache cache(table.attention, type, c.head, c.tokens);
    Questions ask(c, cache.pages);
    std::vector<std::byte> scratch(attention_scratch_bytes(c.head));
    table.attention.of(type).attend(c.head, cache.kv, ask.list.data(),
                                    static_cast<std::uint32_t>(ask.list.size()), c.cap,
                                    scratch.data());
    for (const AttentionQuery& q : ask.list) {
      const auto expected = cache.expected(q, c.cap);
      for (std::uint32_t d = 0; d < c.head; ++d) ASSERT_NEAR(q.out[d], expected[d], tolerance) << d;
    }
  }
}

// The same pages, read by the specification and by every other table.
TEST_P(AttentionTest, VariantsAgree) {
  const AttentionKernels& specification = tables.front().attention;
  const Cache cache(specification, type, c.head, c.tokens);
  std::vector<std::byte> scratch(attention_scratch_bytes(c.head));
  Questions expected(c, cache.pages);
  specification.of(type).attend(c.head, cache.kv, expected.list.data(),
                                static_cast<std::uint32_t>(expected.list.size()), c.cap,
                                scratch.data());
  for (const KernelTable& table : tables) {
    Questions ask(c, cache.pages);
    table.attention.of(type).attend(c.head, cache.kv, ask.list.data(),
                                    static_cast<std::uint32_t>(ask.list.size()), c.cap,
                                    scratch.data());
    for (std::size_t i = 0; i < ask.out.size(); ++i)
      ASSERT_NEAR(ask.out[i], expected.out[i], 1e-4) << table.isa << " " << i;
  }
}

TEST_P(AttentionTest, BitsDoNotDependOnNeighbours) {
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    const Cache cache(table.attention, type, c.head, c.tokens);
    std::vector<std::byte> scratch(attention_scratch_bytes(c.head));
    Questions together(c, cache.pages), alone(c, cache.pages);
    table.attention.of(type).attend(c.head, cache.kv, together.list.data(),
                                    static_cast<std::uint32_t>(together.list.size()), c.cap,
                                    scratch.data());
    for (const AttentionQuery& q : alone.list) {
      table.attention.of(type).attend(c.head, cache.kv, &q, 1, c.cap, scratch.data());
    }
    EXPECT_EQ(std::memcmp(together.out.data(), alone.out.data(), alone.out.size() * 4), 0);
  }
}

// Sequences that begin with the same pages, others that have none in common with their neighbours,
// and some rows of one: each answer has the bits that it has alone.
// Two workers' halves of the chunks, joined, are the bits of one worker's answer.
TEST_P(AttentionTest, ChunksMayBeSharedOut) {
  std::vector<std::byte> scratch(attention_scratch_bytes(c.head));
  for (const KernelTable& table : tables) {
    const KvKernels& kernels = table.attention.of(type);
    if (kernels.attend_chunks == nullptr) continue;
    const Cache cache(table.attention, type, c.head, c.tokens);
    Questions whole(c, cache.pages), shared(c, cache.pages);
    const auto count = static_cast<std::uint32_t>(whole.list.size());
    kernels.attend(c.head, cache.kv, whole.list.data(), count, c.cap, scratch.data());
    std::uint32_t begin = ~0u;
    for (const AttentionQuery& q : shared.list) begin = std::min(begin, q.key_begin / kChunkTokens);
    const std::uint32_t end = (c.tokens - 1) / kChunkTokens + 1, middle = (begin + end) / 2;
    std::vector<float> parts(attention_part_floats(c.head) * count * (end - begin), -1.0F);
    const ChunkParts all{parts.data(), begin, end - begin};
    kernels.attend_chunks(c.head, cache.kv, shared.list.data(), count, c.cap, middle, end, all,
                          scratch.data());
    kernels.attend_chunks(c.head, cache.kv, shared.list.data(), count, c.cap, begin, middle, all,
                          scratch.data());
    kernels.join_chunks(c.head, shared.list.data(), count, all, scratch.data());
    EXPECT_EQ(std::memcmp(whole.out.data(), shared.out.data(), whole.out.size() * sizeof(float)), 0)
        << table.isa;
  }
}

TEST_P(AttentionTest, BitsDoNotDependOnOtherSequences) {
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    const Cache cache(table.attention, type, c.head, c.tokens);
    const std::uint32_t whole = c.tokens / kPageTokens; // pages
    const std::vector<PageId> same = cache.pages;
    std::vector<PageId> backward(same.begin(), same.begin() + whole), half_same = backward;
    std::reverse(backward.begin(), backward.end());
    std::reverse(half_same.begin() + whole / 2, half_same.end());
    const std::vector<const std::vector<PageId>*> sequences = {&cache.pages, &same, &half_same,
                                                               &backward, &half_same};
    std::vector<Questions> asked;
    std::vector<AttentionQuery> list;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      const bool is_whole = i >= 2; // a page that is not filled stands at the end only
      if (is_whole && whole == 0) break;
      asked.emplace_back(c, *sequences[i]);
      if (i == 1) asked[i].list.resize(1 + c.group / 2); // ends among the heads of a row
      for (AttentionQuery q : asked[i].list) {
        if (is_whole) {
          q.key_end = (std::min(q.key_end, whole * kPageTokens) + 1) * 2 / 3;
          q.key_begin = std::min(q.key_begin, q.key_end - 1);
        }
        list.push_back(q);
      }
    }
    std::vector<std::byte> scratch(attention_scratch_bytes(c.head));
    std::vector<std::vector<float>> alone;
    for (const AttentionQuery& q : list) {
      table.attention.of(type).attend(c.head, cache.kv, &q, 1, c.cap, scratch.data());
      alone.emplace_back(q.out, q.out + c.head);
    }
    table.attention.of(type).attend(c.head, cache.kv, list.data(),
                                    static_cast<std::uint32_t>(list.size()), c.cap, scratch.data());
    for (std::size_t i = 0; i < list.size(); ++i)
      ASSERT_EQ(std::memcmp(list[i].out, alone[i].data(), c.head * 4), 0) << i;
  }
}

constexpr std::uint32_t kAll = 1u << 30;

INSTANTIATE_TEST_SUITE_P(Shapes, AttentionTest,
                         testing::Combine(testing::Values(AttentionCase{2, 1, 1, 1, kAll, 0},
                                                          AttentionCase{40, 5, 3, 2, kAll, 0},
                                                          AttentionCase{64, 16, 3, 16, kAll, 0},
                                                          AttentionCase{64, 300, 3, 37, kAll, 0},
                                                          AttentionCase{64, 700, 7, 1, kAll, 0},
                                                          AttentionCase{80, 257, 1, 13, kAll, 50},
                                                          AttentionCase{96, 256, 4, 4, kAll, 0},
                                                          AttentionCase{100, 33, 2, 5, 20, 0},
                                                          AttentionCase{128, 600, 2, 30, 64, 0},
                                                          AttentionCase{256, 530, 4, 20, 512, 20}),
                                          testing::Values(KvType::kF32, KvType::kFixed)));

TEST(AttentionStore, LeavesTheOtherTokensOfThePageAlone) {
  constexpr std::uint32_t kHead = 40;
  const std::vector<float> ones(kHead, 1.0F);
  for (const KernelTable& table : supported_kernels(platform::cpu_features())) {
    for (const KvType type : {KvType::kF32, KvType::kFixed}) {
      const std::size_t keys = kv_key_bytes(type, kHead);
      const std::size_t size = keys + kv_value_bytes(type, kHead);
      for (std::uint32_t token = 0; token < kPageTokens; ++token) {
        std::vector<std::byte> bytes(size);
        table.attention.of(type).store(kHead, ones.data(), ones.data(), token,
                                       {bytes.data(), bytes.data() + keys});
        // 1.0 is 3f80 (0000): two bytes of each float are not zero, nor of the largest key code
        // (0fff), and one of the largest value code; their two scales have up to four bytes.
        const auto written = std::count_if(bytes.begin(), bytes.end(),
                                           [](std::byte b) { return b != std::byte{0}; });
        const std::uint32_t codes = (type == KvType::kF32 ? 4 : 3) * kHead;
        EXPECT_GE(written, codes) << table.isa << " token " << token;
        EXPECT_LE(written, codes + (type == KvType::kF32 ? 0 : 8)) << table.isa << token;
      }
    }
  }
}

// Every table stores the specification's bytes.
TEST(AttentionStore, FixedCodesAreTheSpecifications) {
  const auto tables = supported_kernels(platform::cpu_features());
  Random random(3);
  for (const std::uint32_t head : {2u, 6u, 64u, 80u, 100u, 256u}) {
    const std::size_t keys = kv_key_bytes(KvType::kFixed, head);
    const std::size_t size = keys + kv_value_bytes(KvType::kFixed, head);
    std::vector<float> key(head), value(head);
    for (float& v : key) v = static_cast<float>(random.next_double() - 0.5);
    for (float& v : value) v = static_cast<float>(random.next_double() - 0.5) * 1e-20F;
    std::vector<std::byte> expected(size);
    for (const KernelTable& table : tables) {
      std::vector<std::byte> bytes(size);
      table.attention.fixed.store(head, key.data(), value.data(), 3,
                                  {bytes.data(), bytes.data() + keys});
      if (&table == &tables.front()) expected = bytes;
      EXPECT_EQ(bytes, expected) << table.isa << " head " << head;
    }
  }
}

TEST(AttentionStore, BrokenNumbersShowInTheAnswer) {
  constexpr std::uint32_t kHead = 64;
  for (const KernelTable& table : supported_kernels(platform::cpu_features())) {
    for (const KvType type : {KvType::kF32, KvType::kFixed}) {
      const std::size_t keys = kv_key_bytes(type, kHead);
      void* memory = std::aligned_alloc(64, keys + kv_value_bytes(type, kHead));
      auto* bytes = static_cast<std::byte*>(memory);
      const KvPage page{bytes, bytes + keys};
      std::vector<float> row(kHead, 1.0F), out(kHead), zeros(kHead);
      std::vector<std::byte> scratch(attention_scratch_bytes(kHead));
      table.attention.of(type).store(kHead, row.data(), row.data(), 0, page);
      row[5] = std::numeric_limits<float>::quiet_NaN();
      table.attention.of(type).store(kHead, row.data(), zeros.data(), 1, page);
      const auto ask = [&](const float* query, std::uint32_t end) {
        constexpr PageId kOnly = 0;
        const AttentionQuery q{query, out.data(), &kOnly, 0, end};
        table.attention.of(type).attend(kHead, {page}, &q, 1, 0, scratch.data());
        return out[0];
      };
      EXPECT_FLOAT_EQ(ask(zeros.data(), 1), 1.0F) << table.isa;   // no query: an even mean
      EXPECT_TRUE(std::isnan(ask(zeros.data(), 2))) << table.isa; // a key that is no number
      EXPECT_TRUE(std::isnan(ask(row.data(), 1))) << table.isa;   // a query that is none
      std::free(memory);
    }
  }
}

} // namespace
} // namespace outpost::kernels
