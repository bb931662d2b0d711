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

float to_bf16_and_back(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, 4);
  bits = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u;
  std::memcpy(&value, &bits, 4);
  return value;
}

// A sequence's keys and values, in pages and as plain rows.
class Cache {
public:
  Cache(const AttentionKernels& kernels, KvType type, std::uint32_t head, std::uint32_t tokens)
      : head_(head) {
    const std::uint32_t count = (tokens + kPageTokens - 1) / kPageTokens;
    const std::size_t half = kv_page_bytes(type, head);
    // What nobody stored is NaN: no result may come near it.
    bytes_.assign(count * 2 * half + 64, std::byte{0xff});
    void* base = bytes_.data();
    std::size_t space = bytes_.size();
    auto* aligned = static_cast<std::byte*>(std::align(64, count * 2 * half, base, space));
    for (std::uint32_t i = 0; i < count; ++i) {
      pages.push_back({aligned + i * 2 * half, aligned + (i * 2 + 1) * half});
    }
    Random random(head * 1000 + tokens);
    const auto next = [&] { return static_cast<float>(random.next_double() * 2 - 1); };
    for (std::uint32_t t = 0; t < tokens; ++t) {
      std::vector<float> key(head), value(head);
      for (float& v : key) v = next() * 2;
      for (float& v : value) v = next();
      kernels.store(type, head, key.data(), value.data(), t % kPageTokens, pages[t / kPageTokens]);
      if (type == KvType::kBF16) {
        for (float& v : key) v = to_bf16_and_back(v);
        for (float& v : value) v = to_bf16_and_back(v);
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

  std::vector<KvPage> pages;

private:
  std::uint32_t head_;
  std::vector<std::byte> bytes_;
  std::vector<std::vector<float>> keys_, values_;
};

struct Case {
  std::uint32_t head, tokens, group, rows, window;
  float cap;
};

class AttentionTest : public testing::TestWithParam<std::tuple<Case, KvType>> {
protected:
  const Case c = std::get<0>(GetParam());
  const KvType type = std::get<1>(GetParam());
  const std::vector<KernelTable> tables = supported_kernels(platform::cpu_features());
};

// The last `rows` positions of the sequence ask, with `group` heads each.
struct Questions {
  std::vector<float> queries, out;
  std::vector<AttentionQuery> list;

  explicit Questions(const Case& c)
      : queries(std::size_t{c.rows} * c.group * c.head), out(queries.size()) {
    Random random(17);
    for (float& v : queries) v = static_cast<float>(random.next_double() - 0.5);
    for (std::uint32_t i = 0; i < c.rows * c.group; ++i) {
      const std::uint32_t end = c.tokens - c.rows + i / c.group + 1;
      list.push_back({queries.data() + std::size_t{i} * c.head,
                      out.data() + std::size_t{i} * c.head, end > c.window ? end - c.window : 0,
                      end});
    }
  }
};

TEST_P(AttentionTest, AgreesWithPlainArithmetic) {
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    const Cache cache(table.attention, type, c.head, c.tokens);
    Questions ask(c);
    std::vector<std::byte> scratch(attention_scratch_bytes(c.head));
    table.attention.attend(type, c.head, cache.pages.data(), ask.list.data(),
                           static_cast<std::uint32_t>(ask.list.size()), c.cap, scratch.data());
    for (const AttentionQuery& q : ask.list) {
      const auto expected = cache.expected(q, c.cap);
      for (std::uint32_t d = 0; d < c.head; ++d) ASSERT_NEAR(q.out[d], expected[d], 3e-6) << d;
    }
  }
}

TEST_P(AttentionTest, BitsDoNotDependOnNeighbours) {
  for (const KernelTable& table : tables) {
    SCOPED_TRACE(table.isa);
    const Cache cache(table.attention, type, c.head, c.tokens);
    std::vector<std::byte> scratch(attention_scratch_bytes(c.head));
    Questions together(c), alone(c);
    table.attention.attend(type, c.head, cache.pages.data(), together.list.data(),
                           static_cast<std::uint32_t>(together.list.size()), c.cap, scratch.data());
    for (const AttentionQuery& q : alone.list) {
      table.attention.attend(type, c.head, cache.pages.data(), &q, 1, c.cap, scratch.data());
    }
    EXPECT_EQ(std::memcmp(together.out.data(), alone.out.data(), alone.out.size() * 4), 0);
  }
}

constexpr std::uint32_t kAll = 1u << 30;

INSTANTIATE_TEST_SUITE_P(
    Shapes, AttentionTest,
    testing::Combine(testing::Values(Case{2, 1, 1, 1, kAll, 0}, Case{40, 5, 3, 2, kAll, 0},
                                     Case{64, 16, 3, 16, kAll, 0}, Case{64, 300, 3, 37, kAll, 0},
                                     Case{64, 700, 7, 1, kAll, 0}, Case{80, 257, 1, 13, kAll, 50},
                                     Case{96, 256, 4, 4, kAll, 0}, Case{100, 33, 2, 5, 20, 0},
                                     Case{128, 600, 2, 30, 64, 0}, Case{256, 530, 4, 20, 512, 20}),
                     testing::Values(KvType::kF32, KvType::kBF16)));

TEST(AttentionStore, LeavesTheOtherTokensOfThePageAlone) {
  for (const KernelTable& table : supported_kernels(platform::cpu_features())) {
    for (const KvType type : {KvType::kF32, KvType::kBF16}) {
      constexpr std::uint32_t kHead = 40;
      const std::size_t half = kv_page_bytes(type, kHead);
      const std::vector<float> ones(kHead, 1.0F);
      for (std::uint32_t token = 0; token < kPageTokens; ++token) {
        std::vector<std::byte> bytes(2 * half);
        table.attention.store(type, kHead, ones.data(), ones.data(), token,
                              {bytes.data(), bytes.data() + half});
        // 1.0 is 3f80 (0000): two bytes of each stored element are not zero.
        const auto written = std::count_if(bytes.begin(), bytes.end(),
                                           [](std::byte b) { return b != std::byte{0}; });
        EXPECT_EQ(written, 2 * 2 * kHead) << table.isa << " token " << token;
      }
    }
  }
}

} // namespace
} // namespace outpost::kernels
