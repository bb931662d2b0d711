// Memory in one SQLite file: turns, facts and cases, with full-text search and, where a model gives
// embeddings, vectors beside it; both rankings are fused by place. What remember() returned from is
// on the disk; what forget() returned from is overwritten in it.
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agents/memory/memory.h"
#include "agents/retrieval/passage_index.h"
#include "agents/retrieval/vector_table.h"
#include "chat/chat_model.h"
#include "store/database.h"

namespace outpost::agents {

// Bounds of what one principal may have with one agent; the oldest goes when there is more.
struct MemoryLimits {
  std::size_t text_bytes_max = 64U << 10U; // of one text; longer ones are refused
  std::size_t turns_max = 20'000;
  std::size_t cases_max = 5'000;
  std::size_t facts_max = 2'000;          // of a principal, with their history
  std::optional<std::int64_t> keep_ms;    // older turns and cases go
  std::uint32_t profile_tokens_max = 120; // of a recollection, for facts
};

struct MemorySettings {
  MemoryLimits limits;
  RankingSettings ranking;
  // Counts tokens; outlives the memory. None: they are estimated.
  chat::ChatModel* model = nullptr;
  // Gives embeddings; outlives the memory. None, or one that makes none: words alone.
  chat::ChatModel* embedder = nullptr;
  double vector_weight = 0.5; // of a place in the vectors' ranking against one in the words'
};

class SqliteMemory final : public Memory {
public:
  // Errors: those of store::Database::open and migrate.
  static Result<std::unique_ptr<SqliteMemory>> open(const std::filesystem::path& path,
                                                    MemorySettings settings = {});
  static Result<std::unique_ptr<SqliteMemory>> open_in_memory(MemorySettings settings = {});

  Result<MemoryId> remember(const MemoryScope& scope, const MemoryTurn& turn) override;
  Result<MemoryId> remember(const MemoryScope& scope, const MemoryFact& fact) override;
  Result<MemoryId> remember(const MemoryScope& scope, const MemoryCase& one) override;
  Result<Recollection> recall(const RecallRequest& request) override;
  Result<std::vector<MemoryFact>> facts(const chat::PrincipalId& principal,
                                        std::optional<std::int64_t> at_ms) override;
  Result<std::size_t> forget(const ForgetRequest& request) override;
  Result<std::string> export_lines(const chat::PrincipalId& principal) override;

  // Confirmed cases of a principal with an agent, the oldest first: what a learning agent is fitted
  // to.
  Result<std::vector<MemoryCase>> confirmed_cases(const MemoryScope& scope);
  // The principals that something is kept of.
  Result<std::vector<chat::PrincipalId>> principals();

private:
  SqliteMemory(store::Database database, MemorySettings settings);
  static Result<std::unique_ptr<SqliteMemory>> make(store::Database database,
                                                    MemorySettings settings);

  Result<std::int64_t> owner_id(const MemoryScope& scope, bool create);
  Result<std::optional<MemoryId>> turn_of_run(std::int64_t owner, const std::string& run);
  Result<MemoryId> add_entry(std::int64_t owner, MemoryItem::Kind kind, std::int64_t time_ms,
                             const chat::Label& label);
  Result<MemoryId> add_fact(const chat::PrincipalId& principal, const MemoryFact& fact);
  Result<std::optional<MemoryId>> equal_fact(std::int64_t owner, const MemoryFact& fact);
  Status end_facts_before(std::int64_t owner, const MemoryFact& fact);
  Status index_words(MemoryId id, std::int64_t world, const std::string& text,
                     const std::optional<chat::Embedding>& vector);
  Status drop_oldest(std::int64_t owner, MemoryItem::Kind kind, std::size_t most);
  Status drop_expired(std::int64_t owner, std::int64_t now_ms);
  Status drop_selected(store::Statement& select);
  Status drop(MemoryId id);
  std::optional<chat::Embedding> embedding_of(const chat::PrincipalId& principal,
                                              const std::string& text, const CancelToken& cancel);
  Result<std::vector<PassageHit>> search(std::int64_t world, const RecallRequest& request,
                                         const std::optional<chat::Embedding>& vector);
  Status add_profile(const RecallRequest& request, Recollection& recollection);
  Status add_passages(const std::vector<PassageHit>& hits, std::size_t most,
                      std::uint32_t tokens_max, Recollection& recollection);
  Result<std::optional<MemoryItem>> read_passage(MemoryId id);
  [[nodiscard]] std::uint32_t count_tokens(const std::string& text) const;
  [[nodiscard]] Status check_text(const std::string& text, std::string_view what) const;

  std::mutex mutex_;
  store::Database database_;
  MemorySettings settings_;
  std::string vector_model_; // names the vectors; empty: no vectors
  PassageIndex words_;
  VectorTable vectors_;
};

} // namespace outpost::agents
