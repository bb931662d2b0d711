// Where memory and knowledge indexes are kept: in the data folder.
#pragma once
#include <filesystem>
#include <memory>

#include "agents/knowledge/knowledge_base.h"
#include "agents/memory/sqlite_memory.h"
#include "base/result.h"

namespace outpost::app {

// memory.sqlite: of all agents and principals.
Result<std::unique_ptr<agents::SqliteMemory>> open_memory(const std::filesystem::path& data_folder,
                                                          agents::MemorySettings settings = {});

// knowledge/CHECKSUM.sqlite, one for each folder of documents.
Result<std::unique_ptr<agents::KnowledgeBase>>
open_knowledge(const std::filesystem::path& data_folder, const std::filesystem::path& documents);

} // namespace outpost::app
