#include "app/agents/memory_files.h"

#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "app/make_folder.h"
#include "base/checksum.h"

namespace outpost::app {

namespace fs = std::filesystem;

Result<std::unique_ptr<agents::SqliteMemory>> open_memory(const fs::path& data_folder,
                                                          agents::MemorySettings settings) {
  OUTPOST_CHECK(make_folder(data_folder));
  return agents::SqliteMemory::open(data_folder / "memory.sqlite", std::move(settings));
}

Result<std::unique_ptr<agents::KnowledgeBase>> open_knowledge(const fs::path& data_folder,
                                                              const fs::path& documents) {
  const fs::path folder = data_folder / "knowledge";
  OUTPOST_CHECK(make_folder(folder));
  std::error_code error;
  const fs::path absolute = fs::weakly_canonical(documents, error);
  if (error) {
    return fail(ErrorCode::kIo, documents.string() + ": " + error.message());
  }
  const std::string name = absolute.string();
  const std::uint64_t id = checksum(std::as_bytes(std::span(name)));
  return agents::KnowledgeBase::open(folder / fmt::format("{:016x}.sqlite", id), absolute);
}

} // namespace outpost::app
