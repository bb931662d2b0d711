#include "agents/knowledge/knowledge_base.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "base/checksum.h"

namespace outpost::agents {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSchema = R"sql(
CREATE TABLE files(id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE,
  written_ms INTEGER NOT NULL, bytes INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE document_passages(id INTEGER PRIMARY KEY AUTOINCREMENT,
  file INTEGER NOT NULL REFERENCES files(id), heading TEXT NOT NULL, page INTEGER NOT NULL,
  line INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX document_passages_by_file ON document_passages(file);
)sql";
constexpr std::array<std::string_view, 3> kMigrations{kSchema, PassageIndex::kSchema,
                                                      VectorTable::kSchema};

// A folder is one world to search.
constexpr std::int64_t kWorld = 1;
constexpr std::size_t kRankedMax = 50;

Result<std::int64_t> checksum_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kIo, "cannot read " + path.string());
  // Of a chain of blocks, so that a file of any size takes one block of memory.
  std::vector<std::byte> block(1U << 20U);
  std::uint64_t sum = 0;
  while (file) {
    file.read(reinterpret_cast<char*>(block.data()), static_cast<std::streamsize>(block.size()));
    const std::array<std::uint64_t, 2> link{
        sum, checksum(std::span(block).first(static_cast<std::size_t>(file.gcount())))};
    sum = checksum(std::as_bytes(std::span(link)));
  }
  if (file.bad()) return fail(ErrorCode::kIo, "cannot read " + path.string());
  return static_cast<std::int64_t>(sum);
}

std::int64_t milliseconds_of(fs::file_time_type time) {
  const auto system = std::chrono::file_clock::to_sys(time);
  return std::chrono::duration_cast<std::chrono::milliseconds>(system.time_since_epoch()).count();
}

// The share of the query's telling words, by weight, that the text has in some form.
double coverage_of(const std::string& query, const std::string& text) {
  const std::vector<std::string> stems = passage_stems(text);
  double covered = 0;
  double all = 0;
  for (const QueryTerm& term : query_terms(query)) {
    double best = 0;
    for (const std::string& stem : stems) best = std::max(best, match_quality(term, stem));
    covered += term.weight * best;
    all += term.weight;
  }
  return all == 0 ? 0 : covered / all;
}

} // namespace

struct KnowledgeBase::FileState {
  std::int64_t id = 0; // 0: not known yet
  std::int64_t written_ms = 0;
  std::int64_t bytes = 0;
  std::int64_t checksum = 0;
};

std::string KnowledgeHit::source() const {
  std::string text = file;
  if (!passage.heading.empty()) text += ", " + passage.heading;
  if (passage.page != 0) text += ", page " + std::to_string(passage.page);
  return text + ", line " + std::to_string(passage.line);
}

KnowledgeBase::KnowledgeBase(store::Database database, fs::path folder, KnowledgeSettings settings)
    : database_(std::move(database)), folder_(std::move(folder)), settings_(std::move(settings)),
      words_(database_), vectors_(database_) {
  if (settings_.model == nullptr) return;
  const chat::ModelInfo info = settings_.model->info();
  if (info.embedding_size != 0) vector_model_ = info.name;
}

Result<std::unique_ptr<KnowledgeBase>>
KnowledgeBase::open(const fs::path& database, const fs::path& folder, KnowledgeSettings settings) {
  OUTPOST_TRY(store::Database opened, store::Database::open(database));
  OUTPOST_CHECK(store::migrate(opened, kMigrations));
  return std::unique_ptr<KnowledgeBase>(
      new KnowledgeBase(std::move(opened), folder, std::move(settings)));
}

std::optional<chat::Embedding> KnowledgeBase::embedding_of(const std::string& text,
                                                           const CancelToken& cancel) {
  if (vector_model_.empty()) return std::nullopt;
  auto made = settings_.model->embed({{}, {text}, true}, cancel);
  if (!made || made->vectors.size() != 1) return std::nullopt;
  return std::move(made->vectors.front());
}

// Documents below the folder, by relative path, in order.
Result<std::vector<std::string>> KnowledgeBase::list_files() const {
  std::error_code error;
  if (!fs::is_directory(folder_, error)) {
    return fail(ErrorCode::kNotFound, "there is no folder " + folder_.string());
  }
  std::vector<std::string> files;
  fs::recursive_directory_iterator at(folder_, fs::directory_options::skip_permission_denied,
                                      error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const bool hidden = at->path().filename().string().starts_with(".");
    std::error_code ignored;
    const bool is_link = at->is_symlink(ignored);
    if (at->is_directory(ignored)) {
      const bool deep = static_cast<std::size_t>(at.depth()) + 1 >= settings_.depth_max;
      if (hidden || is_link || deep) at.disable_recursion_pending();
      continue;
    }
    if (hidden || is_link || !at->is_regular_file(ignored) || !is_document(at->path())) continue;
    if (files.size() == settings_.files_max) {
      return fail(ErrorCode::kLimitExceeded, folder_.string() + " has more than " +
                                                 std::to_string(settings_.files_max) +
                                                 " documents");
    }
    files.push_back(at->path().lexically_relative(folder_).generic_string());
  }
  if (error)
    return fail(ErrorCode::kIo, "cannot list " + folder_.string() + ": " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

Status KnowledgeBase::remove_passages(std::int64_t file_id) {
  OUTPOST_TRY(auto select, database_.prepare("SELECT id FROM document_passages WHERE file = ?"));
  OUTPOST_CHECK(select.bind_all(file_id));
  std::vector<std::int64_t> ids;
  while (true) {
    OUTPOST_TRY(const bool has_row, select.step());
    if (!has_row) break;
    ids.push_back(select.integer(0));
  }
  for (const std::int64_t id : ids) {
    OUTPOST_CHECK(words_.remove(id));
    OUTPOST_CHECK(vectors_.remove(id));
  }
  OUTPOST_TRY(auto remove, database_.prepare("DELETE FROM document_passages WHERE file = ?"));
  return remove.run(file_id);
}

Result<std::int64_t> KnowledgeBase::count_passages() {
  OUTPOST_TRY(auto count, database_.prepare("SELECT count(*) FROM document_passages"));
  OUTPOST_CHECK(count.step());
  return count.integer(0);
}

Status KnowledgeBase::store_passages(std::int64_t file_id, const std::vector<Passage>& passages,
                                     const CancelToken& cancel) {
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO document_passages"
                                             "(file, heading, page, line, text) "
                                             "VALUES (?, ?, ?, ?, ?)"));
  for (const Passage& one : passages) {
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "indexing was cancelled");
    OUTPOST_CHECK(insert.run(file_id, std::string_view(one.heading), std::int64_t{one.page},
                             std::int64_t{one.line}, std::string_view(one.text)));
    const std::int64_t id = database_.last_insert_rowid();
    // A heading says what its passages are about.
    const std::string text = one.heading + "\n" + one.text;
    OUTPOST_CHECK(words_.add(id, kWorld, text));
    const auto vector = embedding_of(text, cancel);
    if (vector) OUTPOST_CHECK(vectors_.add(id, kWorld, vector_model_, *vector));
  }
  return {};
}

Status KnowledgeBase::index_file(const std::string& file, IndexReport& report,
                                 const CancelToken& cancel) {
  const fs::path path = folder_ / file;
  std::error_code error;
  FileState now;
  now.bytes = static_cast<std::int64_t>(fs::file_size(path, error));
  const fs::file_time_type written = fs::last_write_time(path, error);
  if (error) return fail(ErrorCode::kIo, error.message());
  now.written_ms = milliseconds_of(written);
  FileState known;
  {
    OUTPOST_TRY(auto find, database_.prepare("SELECT id, written_ms, bytes, checksum FROM files "
                                             "WHERE path = ?"));
    OUTPOST_CHECK(find.bind_all(std::string_view(file)));
    OUTPOST_TRY(const bool found, find.step());
    if (found) known = {find.integer(0), find.integer(1), find.integer(2), find.integer(3)};
  }
  if (known.id != 0 && known.written_ms == now.written_ms && known.bytes == now.bytes) {
    ++report.unchanged;
    return {};
  }
  OUTPOST_TRY(now.checksum, checksum_of(path));
  const bool same_text =
      known.id != 0 && known.checksum == now.checksum && known.bytes == now.bytes;
  std::vector<Passage> passages;
  if (!same_text) {
    OUTPOST_TRY(const Document document, read_document(path, settings_.document, cancel));
    passages = split_passages(document);
  }
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(auto record,
              database_.prepare("INSERT INTO files(path, written_ms, bytes, checksum) "
                                "VALUES (?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
                                "written_ms = excluded.written_ms, bytes = excluded.bytes, "
                                "checksum = excluded.checksum"));
  OUTPOST_CHECK(record.run(std::string_view(file), now.written_ms, now.bytes, now.checksum));
  if (!same_text) {
    const std::int64_t id = known.id != 0 ? known.id : database_.last_insert_rowid();
    OUTPOST_CHECK(remove_passages(id));
    OUTPOST_TRY(const std::int64_t others, count_passages());
    if (static_cast<std::size_t>(others) + passages.size() > settings_.passages_max) {
      return fail(ErrorCode::kLimitExceeded, "more than " + std::to_string(settings_.passages_max) +
                                                 " passages in all documents");
    }
    OUTPOST_CHECK(store_passages(id, passages, cancel));
  }
  OUTPOST_CHECK(transaction.commit());
  ++(same_text ? report.unchanged : known.id == 0 ? report.added : report.changed);
  return {};
}

Status KnowledgeBase::remove_gone(const std::vector<std::string>& present, IndexReport& report) {
  const std::set<std::string_view> kept(present.begin(), present.end());
  std::vector<std::int64_t> gone;
  OUTPOST_TRY(auto known, database_.prepare("SELECT id, path FROM files"));
  while (true) {
    OUTPOST_TRY(const bool has_row, known.step());
    if (!has_row) break;
    if (kept.count(known.text(1)) == 0) gone.push_back(known.integer(0));
  }
  for (const std::int64_t id : gone) {
    OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
    OUTPOST_CHECK(remove_passages(id));
    OUTPOST_TRY(auto remove, database_.prepare("DELETE FROM files WHERE id = ?"));
    OUTPOST_CHECK(remove.run(id));
    OUTPOST_CHECK(transaction.commit());
    ++report.removed;
  }
  return {};
}

Result<IndexReport> KnowledgeBase::index(const CancelToken& cancel) {
  OUTPOST_TRY(const auto files, list_files());
  const std::lock_guard lock(mutex_);
  IndexReport report;
  OUTPOST_CHECK(remove_gone(files, report));
  for (const std::string& file : files) {
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "indexing was cancelled");
    const Status done = index_file(file, report, cancel);
    if (done) continue;
    if (done.error().code == ErrorCode::kCancelled) return fail(done.error());
    report.failed.push_back(file + ": " + done.error().message);
  }
  OUTPOST_TRY(const std::int64_t passages, count_passages());
  report.passages = static_cast<std::size_t>(passages);
  return report;
}

Result<std::optional<KnowledgeHit>> KnowledgeBase::read_hit(const PassageHit& hit,
                                                            const std::string& query) {
  OUTPOST_TRY(auto read,
              database_.prepare("SELECT f.path, p.heading, p.page, p.line, p.text, f.written_ms "
                                "FROM document_passages p JOIN files f ON f.id = p.file "
                                "WHERE p.id = ?"));
  OUTPOST_CHECK(read.bind_all(hit.id));
  OUTPOST_TRY(const bool found, read.step());
  if (!found) return std::optional<KnowledgeHit>();
  KnowledgeHit made{std::string(read.text(0)),
                    {std::string(read.text(1)), static_cast<std::uint32_t>(read.integer(2)),
                     static_cast<std::uint32_t>(read.integer(3)), std::string(read.text(4))},
                    read.integer(5),
                    hit.score,
                    0};
  made.coverage = coverage_of(query, made.passage.heading + "\n" + made.passage.text);
  return std::optional(std::move(made));
}

Result<std::vector<KnowledgeHit>> KnowledgeBase::search(const std::string& query, std::size_t most,
                                                        const CancelToken& cancel) {
  const auto vector = embedding_of(query, cancel);
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto ranked, words_.search(kWorld, query, kRankedMax));
  if (vector) {
    OUTPOST_TRY(auto near, vectors_.search(kWorld, vector_model_, *vector, kRankedMax));
    const std::array rankings{std::move(ranked), std::move(near)};
    const std::array weights{1.0, settings_.vector_weight};
    ranked = fuse(rankings, weights, kRankedMax);
  }
  std::vector<KnowledgeHit> hits;
  for (const PassageHit& one : ranked) {
    if (hits.size() == most) break;
    OUTPOST_TRY(auto hit, read_hit(one, query));
    if (hit) hits.push_back(*std::move(hit));
  }
  return hits;
}

} // namespace outpost::agents
