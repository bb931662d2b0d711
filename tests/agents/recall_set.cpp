#include "agents/recall_set.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

#include <boost/json.hpp>

#include "agents/call/words.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

Result<std::vector<boost::json::object>> read_lines(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::kNotFound, "there is no " + path.string());
  std::vector<boost::json::object> objects;
  for (std::string line; std::getline(file, line);) {
    OUTPOST_TRY(auto value, chat::parse_json(line));
    objects.push_back(value.as_object());
  }
  return objects;
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

void count(RecallTally& tally, std::size_t place, const RecallQuestion& question) {
  ++tally.all;
  tally.first += place < 1 ? 1 : 0;
  tally.three += place < 3 ? 1 : 0;
  tally.five += place < 5 ? 1 : 0;
  if (place >= 3) tally.missed.push_back(question.person + ": " + question.question);
}

std::map<std::string, double> word_counts(const std::string& text) {
  std::map<std::string, double> counts;
  for (const Word& word : split_words(text)) ++counts[word.text];
  return counts;
}

} // namespace

Result<RecallSet> load_recall_set(const std::filesystem::path& folder) {
  RecallSet set;
  OUTPOST_TRY(const auto turns, read_lines(folder / "turns.jsonl"));
  for (const auto& one : turns) {
    set.turns.push_back({text_of(one, "person"), text_of(one, "id"), one.at("time_ms").as_int64(),
                         text_of(one, "text")});
  }
  OUTPOST_TRY(const auto questions, read_lines(folder / "questions.jsonl"));
  for (const auto& one : questions) {
    set.questions.push_back({text_of(one, "person"), text_of(one, "kind"), text_of(one, "part"),
                             text_of(one, "question"), text_of(one, "turn")});
  }
  return set;
}

std::string RecallTally::text() const {
  std::ostringstream out;
  out << "first " << first << ", of three " << three << ", of five " << five << " of " << all
      << " (" << 100.0 * three / std::max(all, 1) << " % among three)";
  return out.str();
}

RecallSet select(const RecallSet& set, const std::string& kind, const std::string& part) {
  RecallSet chosen{set.turns, {}};
  for (const RecallQuestion& question : set.questions) {
    const bool wanted =
        (kind.empty() || question.kind == kind) && (part.empty() || question.part == part);
    if (wanted) chosen.questions.push_back(question);
  }
  return chosen;
}

Status tell_all(Memory& memory, const RecallSet& set) {
  for (const ToldTurn& turn : set.turns) {
    OUTPOST_CHECK(
        memory.remember({{turn.person}, "notes"},
                        MemoryTurn{turn.id, turn.text, "", turn.time_ms, chat::user_label()}));
  }
  return {};
}

Result<RecallTally> ask_all(Memory& memory, const RecallSet& set) {
  RecallTally tally;
  for (const RecallQuestion& question : set.questions) {
    RecallRequest request{
        {{question.person}, "notes"}, question.question, 4000, set.turns.back().time_ms + 1, 5};
    OUTPOST_TRY(const Recollection found, memory.recall(request));
    const auto right = std::find_if(set.turns.begin(), set.turns.end(),
                                    [&](const ToldTurn& turn) { return turn.id == question.turn; });
    std::size_t place = 0;
    bool hit = false;
    for (const MemoryItem& item : found.items) {
      if (item.kind != MemoryItem::Kind::kTurn) continue;
      hit = item.text.find(right->text) != std::string::npos;
      if (hit) break;
      ++place;
    }
    count(tally, hit ? place : found.items.size() + 5, question);
  }
  return tally;
}

RecallTally ask_plain_bm25(const RecallSet& set) {
  std::vector<std::map<std::string, double>> counts;
  for (const ToldTurn& turn : set.turns) counts.push_back(word_counts(turn.text));
  RecallTally tally;
  for (const RecallQuestion& question : set.questions) {
    std::vector<std::size_t> own;
    double words = 0;
    for (std::size_t i = 0; i < set.turns.size(); ++i) {
      if (set.turns[i].person != question.person) continue;
      own.push_back(i);
      for (const auto& [word, times] : counts[i]) words += times;
    }
    const auto total = static_cast<double>(own.size());
    std::vector<std::tuple<double, std::size_t>> ranking;
    for (const std::size_t i : own) {
      double length = 0;
      for (const auto& [word, times] : counts[i]) length += times;
      double score = 0;
      for (const auto& [word, unused] : word_counts(question.question)) {
        const auto found = counts[i].find(word);
        if (found == counts[i].end()) continue;
        const auto with =
            static_cast<double>(std::count_if(own.begin(), own.end(), [&](std::size_t other) {
              return counts[other].count(word) != 0;
            }));
        const double f = found->second;
        score += std::log1p((total - with + 0.5) / (with + 0.5)) * f * 2.2 /
                 (f + 1.2 * (0.25 + 0.75 * length / (words / total)));
      }
      ranking.emplace_back(-score, i);
    }
    std::sort(ranking.begin(), ranking.end());
    std::size_t place = 0;
    while (set.turns[std::get<1>(ranking[place])].id != question.turn) ++place;
    const bool matched = std::get<0>(ranking[place]) < 0;
    count(tally, matched ? place : ranking.size(), question);
  }
  return tally;
}

} // namespace outpost::agents
