// Embeddings of passages as 8-bit integers in SQLite, searched by comparing with every one of an
// owner's: 100,000 of 256 values are 26 MB, a few milliseconds of multiplying. No index to keep.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/retrieval/passage_index.h"
#include "base/result.h"
#include "chat/embedding.h"
#include "store/database.h"

namespace outpost::agents {

// A vector as integers: value i is scale * values[i]. Symmetric, the largest magnitude at 127.
struct QuantizedVector {
  float scale = 0;
  std::vector<std::int8_t> values;
};
QuantizedVector quantize(const chat::Embedding& embedding);
// Sum of products; exact in 32 bits up to 133,000 values. REQUIRES: equal sizes.
std::int32_t dot(std::span<const std::int8_t> a, std::span<const std::int8_t> b);

// Does not own the database. One thread at a time, as the database.
class VectorTable {
public:
  static constexpr std::string_view kSchema = R"sql(
CREATE TABLE passage_vectors(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, model TEXT NOT NULL,
  scale REAL NOT NULL, data BLOB NOT NULL);
CREATE INDEX passage_vectors_by_owner ON passage_vectors(owner, model, id);
)sql";
  static constexpr std::size_t kScannedMax = 100'000; // the newest ones
  static constexpr std::size_t kSizeMax = 16'384;     // values of one vector

  explicit VectorTable(store::Database& database) : database_(database) {}

  // `model`: vectors of different models are never compared. kInvalidArgument beyond kSizeMax.
  Status add(std::int64_t id, std::int64_t owner, std::string_view model,
             const chat::Embedding& embedding);
  Status remove(std::int64_t id);
  // The nearest by cosine, for vectors of length 1, the best first.
  Result<std::vector<PassageHit>> search(std::int64_t owner, std::string_view model,
                                         const chat::Embedding& query, std::size_t most);

private:
  store::Database& database_;
};

// Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009, k = 60): rankings whose scores do not
// compare, joined by place alone. `weights`, one for each ranking.
std::vector<PassageHit> fuse(std::span<const std::vector<PassageHit>> rankings,
                             std::span<const double> weights, std::size_t most);

} // namespace outpost::agents
