#include "agents/retrieval/vector_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/assert.h"

namespace outpost::agents {
namespace {

bool better(const PassageHit& a, const PassageHit& b) {
  return std::tie(b.score, b.id) < std::tie(a.score, a.id);
}

void keep_best(std::vector<PassageHit>& hits, std::size_t most) {
  const auto middle = hits.begin() + static_cast<std::ptrdiff_t>(std::min(most, hits.size()));
  std::partial_sort(hits.begin(), middle, hits.end(), better);
  hits.erase(middle, hits.end());
}

} // namespace

QuantizedVector quantize(const chat::Embedding& embedding) {
  float largest = 0;
  for (const float value : embedding) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  QuantizedVector quantized{largest / 127, std::vector<std::int8_t>(embedding.size())};
  if (largest == 0) return quantized;
  for (std::size_t i = 0; i < embedding.size(); ++i) {
    if (!std::isfinite(embedding[i])) continue;
    quantized.values[i] = static_cast<std::int8_t>(std::lround(embedding[i] / quantized.scale));
  }
  return quantized;
}

// One plain loop, which compilers turn into wide multiply-adds.
std::int32_t dot(std::span<const std::int8_t> a, std::span<const std::int8_t> b) {
  OUTPOST_ASSERT(a.size() == b.size());
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::int32_t{a[i]} * std::int32_t{b[i]};
  return sum;
}

Status VectorTable::add(std::int64_t id, std::int64_t owner, std::string_view model,
                        const chat::Embedding& embedding) {
  if (embedding.empty() || embedding.size() > kSizeMax) {
    return fail(ErrorCode::kInvalidArgument, "an embedding of " + std::to_string(embedding.size()) +
                                                 " values; 1 to " + std::to_string(kSizeMax) +
                                                 " can be kept");
  }
  const QuantizedVector quantized = quantize(embedding);
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO passage_vectors VALUES (?, ?, ?, ?, ?)"));
  return insert.run(id, owner, model, double{quantized.scale},
                    std::as_bytes(std::span(quantized.values)));
}

Status VectorTable::remove(std::int64_t id) {
  OUTPOST_TRY(auto statement, database_.prepare("DELETE FROM passage_vectors WHERE id = ?"));
  return statement.run(id);
}

Result<std::vector<PassageHit>> VectorTable::search(std::int64_t owner, std::string_view model,
                                                    const chat::Embedding& query,
                                                    std::size_t most) {
  const QuantizedVector wanted = quantize(query);
  OUTPOST_TRY(auto scan, database_.prepare("SELECT id, scale, data FROM passage_vectors "
                                           "WHERE owner = ? AND model = ? "
                                           "ORDER BY id DESC LIMIT ?"));
  OUTPOST_CHECK(scan.bind_all(owner, model, static_cast<std::int64_t>(kScannedMax)));
  std::vector<PassageHit> hits;
  while (true) {
    OUTPOST_TRY(const bool has_row, scan.step());
    if (!has_row) break;
    const std::span<const std::byte> bytes = scan.blob(2);
    if (bytes.size() != wanted.values.size()) continue; // the model's vectors had another size
    const std::span values(reinterpret_cast<const std::int8_t*>(bytes.data()), bytes.size());
    hits.push_back(
        {scan.integer(0), scan.real(1) * double{wanted.scale} * dot(values, wanted.values)});
  }
  keep_best(hits, most);
  return hits;
}

std::vector<PassageHit> fuse(std::span<const std::vector<PassageHit>> rankings,
                             std::span<const double> weights, std::size_t most) {
  OUTPOST_ASSERT(rankings.size() == weights.size());
  constexpr double kRankOffset = 60;
  std::map<std::int64_t, double> scores;
  for (std::size_t r = 0; r < rankings.size(); ++r) {
    double rank = kRankOffset;
    for (const PassageHit& hit : rankings[r]) scores[hit.id] += weights[r] / ++rank;
  }
  std::vector<PassageHit> fused;
  for (const auto& [id, score] : scores) fused.push_back({id, score});
  keep_best(fused, most);
  return fused;
}

} // namespace outpost::agents
