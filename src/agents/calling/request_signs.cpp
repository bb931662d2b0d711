#include "agents/calling/request_signs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "agents/call/words.h"
#include "agents/calling/question_set.h"
#include "agents/calling/tool_ranking.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr double kRarest = 2; // questions; words of fewer are not told apart

using Stems = std::set<std::string, std::less<>>;

Stems stems_of(std::string_view text) {
  std::vector<std::string> stems = content_stems(text);
  return {stems.begin(), stems.end()};
}

// How many of the shipped requests have a word.
struct Counts {
  std::map<std::string, double, std::less<>> requests;
  double all = 0;
};

Counts count_words() {
  Counts counts;
  const auto questions = read_questions(shipped_questions());
  if (!questions) return counts; // a test reads them
  for (const CallQuestion& question : *questions) {
    for (const std::string& stem : stems_of(question.prompt.messages.back().text)) {
      counts.requests[stem] += 1;
    }
    counts.all += 1;
  }
  return counts;
}

constexpr auto kQuestionWords = std::to_array<std::string_view>(
    {"what", "whats", "which", "who", "whos", "whose", "whom", "why", "when", "where", "how"});
constexpr auto kAfterHow = std::to_array<std::string_view>({"do", "can", "to", "should"});
constexpr auto kAdvice = std::to_array<std::string_view>({"why", "explain", "tips", "advice"});

// Do two words that follow each other ask for advice?
bool is_advice(std::string_view first, std::string_view second) {
  if (first == "how") return is_one_of(second, kAfterHow);
  return (first == "should" && second == "i") || (first == "best" && second == "way") ||
         (first == "difference" && second == "between");
}

} // namespace

double telling_weight(const std::string& stem) {
  static const Counts counts = count_words();
  const auto known = counts.requests.find(stem);
  const double having = known == counts.requests.end() ? 0 : known->second;
  return std::log((counts.all + 1) / std::max(having, kRarest));
}

std::string note_of(const CallableTool& tool) {
  std::string note = tool.name + " " + tool.description;
  for (const SlotSchema& slot : tool.slots) {
    note += " " + slot.name + " " + slot.description;
    for (const json::value& choice : slot.choices) note += " " + chat::json_text(choice);
  }
  return note;
}

NoteCover note_cover(std::string_view request, const CallableTool& tool,
                     const json::object& arguments) {
  const Stems note = stems_of(note_of(tool));
  const Stems given = stems_of(chat::json_text(arguments));
  NoteCover cover;
  double all = 0;
  for (const std::string& stem : stems_of(request)) {
    const double weight = telling_weight(stem);
    all += weight;
    if (!note.contains(stem)) continue;
    cover.share += weight;
    if (!given.contains(stem)) cover.weight += weight;
  }
  cover.share = all > 0 ? cover.share / all : 0;
  return cover;
}

Untold untold_of(std::string_view request, std::span<const std::string> texts) {
  Stems told;
  for (const std::string& text : texts) told.merge(stems_of(text));
  double all = 0;
  Untold untold;
  for (const std::string& stem : stems_of(request)) {
    const double weight = telling_weight(stem);
    all += weight;
    untold.weight += told.contains(stem) ? 0 : weight;
  }
  untold.share = all > 0 ? untold.weight / all : 0;
  return untold;
}

CallGaps gaps_of(std::string_view request, const CallableTool& tool,
                 const json::object& arguments) {
  CallGaps gaps;
  const Stems asked = stems_of(request);
  std::set<std::string> values;
  for (const SlotSchema& slot : tool.slots) {
    const json::value* value = arguments.if_contains(slot.name);
    if (value != nullptr) {
      const bool is_new = value->is_bool() || values.insert(chat::json_text(*value)).second;
      gaps.repeated += is_new ? 0 : 1;
    } else if (!slot.required) {
      gaps.left_out += 1;
      const Stems name = stems_of(slot.name);
      gaps.named +=
          std::ranges::any_of(name, [&](const auto& stem) { return asked.contains(stem); });
    }
  }
  return gaps;
}

bool asks_for_fact(std::string_view request) {
  const std::vector<Word> words = split_words(request);
  return !words.empty() && is_one_of(words.front().text, kQuestionWords);
}

bool asks_for_advice(std::string_view request) {
  const std::vector<Word> words = split_words(request);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_one_of(words[i].text, kAdvice)) return true;
    if (i + 1 < words.size() && is_advice(words[i].text, words[i + 1].text)) return true;
  }
  return false;
}

} // namespace outpost::agents
