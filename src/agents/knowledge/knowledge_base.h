// A folder of documents, searched by passages: one SQLite file beside which the folder may change;
// index() brings it up to date by reading only what changed (by time and size, then by checksum).
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agents/knowledge/document.h"
#include "agents/retrieval/passage_index.h"
#include "agents/retrieval/vector_table.h"
#include "chat/chat_model.h"
#include "store/database.h"

namespace outpost::agents {

struct KnowledgeSettings {
  DocumentLimits document;
  std::size_t files_max = 10'000;
  std::size_t passages_max = 100'000; // of all files
  std::size_t depth_max = 16;         // of folders in folders
  chat::ChatModel* model = nullptr;   // gives embeddings; none: words alone
  double vector_weight = 0.5;
};

struct IndexReport {
  std::size_t added = 0;
  std::size_t changed = 0;
  std::size_t removed = 0;
  std::size_t unchanged = 0;
  std::size_t passages = 0;        // of all files, afterwards
  std::vector<std::string> failed; // "FILE: why"; what was known of them stays
};

struct KnowledgeHit {
  std::string file; // relative to the folder
  Passage passage;
  std::int64_t changed_ms = 0; // when the file was last written
  double score = 0;
  double coverage = 0; // share of the query's telling words that the passage has, 0 to 1
  // "handbook.pdf, Returns, page 3, line 12"
  [[nodiscard]] std::string source() const;
};

// Thread-safe.
class KnowledgeBase {
public:
  // `folder` need not be there to search what was indexed before.
  static Result<std::unique_ptr<KnowledgeBase>> open(const std::filesystem::path& database,
                                                     const std::filesystem::path& folder,
                                                     KnowledgeSettings settings = {});

  // kNotFound when the folder is not there; then everything known stays. Links and hidden files are
  // passed over. Each file is a transaction: a run that is cut off goes on where it was.
  Result<IndexReport> index(const CancelToken& cancel = {});
  // The best first.
  Result<std::vector<KnowledgeHit>> search(const std::string& query, std::size_t most,
                                           const CancelToken& cancel = {});

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
  struct FileState;
  KnowledgeBase(store::Database database, std::filesystem::path folder, KnowledgeSettings settings);
  Result<std::vector<std::string>> list_files() const;
  Status index_file(const std::string& file, IndexReport& report, const CancelToken& cancel);
  Status store_passages(std::int64_t file_id, const std::vector<Passage>& passages,
                        const CancelToken& cancel);
  Status remove_gone(const std::vector<std::string>& present, IndexReport& report);
  Status remove_passages(std::int64_t file_id);
  Result<std::int64_t> count_passages();
  Result<std::optional<KnowledgeHit>> read_hit(const PassageHit& hit, const std::string& query);
  std::optional<chat::Embedding> embedding_of(const std::string& text, const CancelToken& cancel);

  std::mutex mutex_;
  store::Database database_;
  std::filesystem::path folder_;
  KnowledgeSettings settings_;
  std::string vector_model_;
  PassageIndex words_;
  VectorTable vectors_;
};

} // namespace outpost::agents
