// Recall on the recall set: the right turn among three, before and after a restart, beside plain
// BM25.
#include <filesystem>

#include <gtest/gtest.h>

#include "agents/memory/sqlite_memory.h"
#include "agents/recall_set.h"

namespace outpost::agents {
namespace {

constexpr double kOrdinary = 0.94;
constexpr double kReworded = 0.6;

double share(const RecallTally& tally) {
  return static_cast<double>(tally.three) / static_cast<double>(tally.all);
}

TEST(MemoryRecall, ThreeTurnsHoldTheAnswer) {
  const auto set = load_recall_set(std::string(OUTPOST_SOURCE_DIR) + "/tests/data/memory");
  ASSERT_TRUE(set) << set.error().message;
  ASSERT_GE(set->turns.size(), 300U);
  ASSERT_GE(set->questions.size(), 150U);
  const auto path = std::filesystem::path(::testing::TempDir()) / "outpost_recall_test.sqlite";
  std::filesystem::remove(path);
  {
    auto memory = SqliteMemory::open(path);
    ASSERT_TRUE(memory) << memory.error().message;
    ASSERT_TRUE(tell_all(**memory, *set));
  }
  auto memory = SqliteMemory::open(path); // after a restart
  ASSERT_TRUE(memory) << memory.error().message;
  for (const char* kind : {"ordinary", "reworded"}) {
    for (const char* part : {"development", "held_out", ""}) {
      const RecallSet asked = select(*set, kind, part);
      const auto tally = ask_all(**memory, asked);
      ASSERT_TRUE(tally) << tally.error().message;
      const RecallTally plain = ask_plain_bm25(asked);
      std::cout << kind << " " << (*part == '\0' ? "all" : part) << ": " << tally->text()
                << "; plain BM25: " << plain.text() << "\n";
      // What is kept apart is counted and not shown.
      if (std::string(part) == "development") {
        for (const std::string& one : tally->missed) std::cout << "  missed: " << one << "\n";
      }
      EXPECT_GE(share(*tally), share(plain)) << kind << " " << part;
      EXPECT_GE(share(*tally), std::string(kind) == "ordinary" ? kOrdinary : kReworded);
    }
  }
  std::filesystem::remove(path);
}

} // namespace
} // namespace outpost::agents
