// What each part of memory's search is worth on the recall set, and what embeddings of a model add.
//
//   eval_recall                      words alone, each sign switched off in turn
//   eval_recall MODEL.gguf [WEIGHT]  with the model's embeddings at that weight (default 0.5) too
#include <cstdlib>
#include <iostream>

#include "agents/memory/sqlite_memory.h"
#include "agents/recall_set.h"
#include "app/chat_model.h"
#include "app/environment.h"

namespace outpost {
namespace {

Status measure(const agents::RecallSet& set, const std::string& name,
               const agents::MemorySettings& settings) {
  OUTPOST_TRY(const auto memory, agents::SqliteMemory::open_in_memory(settings));
  OUTPOST_CHECK(agents::tell_all(*memory, set));
  for (const char* kind : {"ordinary", "reworded"}) {
    for (const char* part : {"development", "held_out"}) {
      OUTPOST_TRY(const auto tally, agents::ask_all(*memory, agents::select(set, kind, part)));
      std::cout << name << " | " << kind << " " << part << ": " << tally.text() << std::endl;
    }
  }
  return {};
}

Status run(int count, char** arguments) {
  OUTPOST_TRY(const auto set,
              agents::load_recall_set(std::string(OUTPOST_SOURCE_DIR) + "/tests/data/memory"));
  if (count < 2) {
    using Sign = std::pair<const char*, bool agents::RankingSettings::*>;
    OUTPOST_CHECK(measure(set, "all signs", {}));
    for (const auto& [name, sign] : {Sign{"near words", &agents::RankingSettings::near_words},
                                     Sign{"asked kind", &agents::RankingSettings::asked_kind},
                                     Sign{"recency", &agents::RankingSettings::recency}}) {
      agents::MemorySettings settings;
      settings.ranking.*sign = false;
      OUTPOST_CHECK(measure(set, std::string("without ") + name, settings));
    }
    return {};
  }
  OUTPOST_TRY(const auto environment, app::read_environment());
  OUTPOST_TRY(const auto local,
              app::open_local_model(arguments[1], arguments[1], {2, 512}, environment));
  agents::MemorySettings settings;
  settings.embedder = local.model.get();
  if (count > 2) settings.vector_weight = std::atof(arguments[2]);
  return measure(set, "with vectors", settings);
}

} // namespace
} // namespace outpost

int main(int count, char** arguments) {
  const outpost::Status done = outpost::run(count, arguments);
  if (!done) std::cerr << done.error().message << "\n";
  return done ? 0 : 1;
}
