// A Memory without a file, for tests of whoever calls one: keeps what it is told, recalls the
// turns that share most words with the request, facts first.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agents/memory/memory.h"

namespace outpost::agents {

class FakeMemory final : public Memory {
public:
  Result<MemoryId> remember(const MemoryScope& scope, const MemoryTurn& turn) override;
  Result<MemoryId> remember(const MemoryScope& scope, const MemoryFact& fact) override;
  Result<MemoryId> remember(const MemoryScope& scope, const MemoryCase& one) override;
  Result<Recollection> recall(const RecallRequest& request) override;
  // What was remembered as a fact, ended ones too.
  Result<std::vector<MemoryFact>> facts(const chat::PrincipalId& principal,
                                        std::optional<std::int64_t> at_ms) override;
  Result<std::size_t> forget(const ForgetRequest& request) override;
  Result<std::string> export_lines(const chat::PrincipalId& principal) override;

private:
  struct Entry {
    MemoryScope scope;
    MemoryItem item;
  };
  Result<MemoryId> add(const MemoryScope& scope, MemoryItem item);

  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::vector<std::pair<chat::PrincipalId, MemoryFact>> facts_;
  MemoryId last_id_ = 0;
};

} // namespace outpost::agents
