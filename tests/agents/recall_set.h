// The recall set (tests/data/memory): what four people told over a hundred days, and questions with
// the turn that answers each: "ordinary" ones, as people look something up, and "reworded" ones
// that share as few words with the turn as may be. A third of both was kept apart while the search
// was made ("held_out").
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "agents/memory/memory.h"
#include "base/result.h"

namespace outpost::agents {

struct ToldTurn {
  std::string person;
  std::string id;
  std::int64_t time_ms = 0;
  std::string text;
};

struct RecallQuestion {
  std::string person;
  std::string kind; // "ordinary" or "reworded"
  std::string part; // "development" or "held_out"
  std::string question;
  std::string turn; // the id of the one that answers
};

struct RecallSet {
  std::vector<ToldTurn> turns;
  std::vector<RecallQuestion> questions;
};
Result<RecallSet> load_recall_set(const std::filesystem::path& folder);

// Found among the first one, three and five, of so many questions.
struct RecallTally {
  int first = 0;
  int three = 0;
  int five = 0;
  int all = 0;
  std::vector<std::string> missed; // questions whose turn is not among three
  [[nodiscard]] std::string text() const;
};

// Puts all turns of a person into the memory of a principal of that name, in their order.
Status tell_all(Memory& memory, const RecallSet& set);
// The questions of one kind and part; of all when empty.
RecallSet select(const RecallSet& set, const std::string& kind, const std::string& part);
Result<RecallTally> ask_all(Memory& memory, const RecallSet& set);
// The baseline: BM25 over whole lower-case words (k1 = 1.2, b = 0.75), of each person apart.
RecallTally ask_plain_bm25(const RecallSet& set);

} // namespace outpost::agents
