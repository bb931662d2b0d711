#include "agents/calling/flag_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "agents/calling/tool_ranking.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kRefusalReach = 3; // words before the flag's

// The choice that reads as `word`, whatever its case.
const json::value* choice_of(const SlotSchema& slot, std::string_view word) {
  const auto at = std::ranges::find_if(slot.choices, [word](const json::value& choice) {
    return choice.is_string() && lower_case(choice.get_string()) == word;
  });
  return at == slot.choices.end() ? nullptr : &*at;
}

// Names of flags begin with these; they tell nothing of what is meant.
bool is_telling(std::string_view stem) {
  static constexpr auto kVague = std::to_array<std::string_view>(
      {"allow", "enabl", "flag", "has", "includ", "is", "need", "show", "use"});
  return stem.size() >= 3 && std::ranges::find(kVague, stem) == kVague.end();
}

// Forms of one word: private and privately, align and alignment.
bool is_akin(std::string_view a, std::string_view b) {
  constexpr std::size_t kLeast = 4;
  const std::size_t common = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  return common >= kLeast && common + 1 >= std::min(a.size(), b.size());
}

// "with details", "including its owner", "and species": what follows is asked for, whatever the
// tool is called.
bool is_asked(const SlotSchema& slot, const std::vector<Word>& words, std::size_t at) {
  static constexpr auto kAsking =
      std::to_array<std::string_view>({"add", "include", "including", "plus", "provide", "with"});
  static constexpr auto kBetween =
      std::to_array<std::string_view>({"a", "about", "all", "any", "details", "full", "information",
                                       "its", "me", "more", "my", "of", "the", "their", "us"});
  while (at > 0 && is_one_of(words[at - 1].text, kBetween)) --at;
  if (at == 0) return false;
  // "and" joins a thing asked for only where the flag is about what is in the answer.
  const bool adds = lower_case(slot.description).find("includ") != std::string::npos;
  return is_one_of(words[at - 1].text, kAsking) || (adds && words[at - 1].text == "and");
}

bool asks_by_name(const SlotSchema& slot, const std::vector<Word>& words, std::string_view stem) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_it = words[i].stem == stem || is_akin(words[i].stem, stem);
    if (is_it && is_asked(slot, words, i)) return true;
  }
  return false;
}

bool is_refusal(const Word& word) {
  static constexpr auto kNot =
      std::to_array<std::string_view>({"deactivate", "disable", "disabled", "dont", "except",
                                       "exclude", "excluding", "no", "not", "off", "without"});
  return is_one_of(word.text, kNot);
}

std::string with_blanks(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

// Do the words of the flag's name, two or more of them, stand side by side ("a pet friendly inn"),
// and nothing before them says no?
bool is_spelled_out(const SlotSchema& slot, const std::vector<Word>& words) {
  constexpr std::ptrdiff_t kFarReach = 8;
  std::vector<std::string> stems = content_stems(slot.name);
  if (!stems.empty() && !is_telling(stems.front())) stems.erase(stems.begin());
  if (stems.size() < 2) return false;
  const auto at = std::ranges::search(words, stems, {}, &Word::stem);
  const auto from = at.begin() - std::min(kFarReach, at.begin() - words.begin());
  return !at.empty() && std::none_of(from, at.begin(), is_refusal);
}

bool has(const std::vector<std::string>& stems, const std::string& stem) {
  return std::ranges::find(stems, stem) != stems.end();
}

} // namespace

bool is_flag(const SlotSchema& slot) {
  return slot.type == SlotType::kBoolean ||
         (choice_of(slot, "true") != nullptr && choice_of(slot, "false") != nullptr);
}

json::value flag_value(const SlotSchema& slot, bool on) {
  const json::value* choice = choice_of(slot, on ? "true" : "false");
  return choice != nullptr ? *choice : json::value(on);
}

bool is_opt_out(const SlotSchema& slot) {
  static constexpr auto kOut = std::to_array<std::string_view>(
      {"avoid", "disable", "exclude", "hide", "ignore", "no", "skip", "without"});
  const std::vector<Word> words = split_words(with_blanks(slot.name));
  return !words.empty() && is_one_of(words.front().text, kOut);
}

bool is_flag_value(const SlotSchema& slot, const json::value& value) {
  return value == flag_value(slot, true) || value == flag_value(slot, false);
}

FlagWords flag_words(const CallableTool& tool, const SlotSchema& slot,
                     const RequestValues& request) {
  const std::vector<std::string> name = content_stems(tool.name);
  const std::vector<std::string> note = content_stems(tool.description);
  FlagWords out;
  std::size_t named = 0;
  std::size_t telling = 0;
  const std::vector<std::string> stems = content_stems(slot.name);
  const bool is_lone = std::ranges::count_if(stems, is_telling) == 1;
  for (const std::string& stem : stems) {
    if (!is_telling(stem)) continue;
    ++telling;
    const std::vector<Word>& words = request.words();
    const auto at = std::ranges::find_if(
        words, [&stem](const Word& word) { return word.stem == stem || is_akin(word.stem, stem); });
    if (at == words.end()) continue;
    // What the tool is called after is asked for by its name where it is all that the flag is
    // about.
    const bool is_own = has(name, stem);
    const bool is_wish = (!is_own || is_lone) && asks_by_name(slot, words, stem);
    if (is_own && !is_wish) continue;
    out.hinted = true;
    named += is_wish || (at->stem == stem && !has(note, stem)) ? 1 : 0;
    bool refused = false;
    bool wanted = false;
    for (auto said = at; said != words.end(); ++said) {
      if (said->stem != at->stem) continue;
      const auto from = said - std::min<std::ptrdiff_t>(kRefusalReach, said - words.begin());
      const bool is_refused = std::any_of(from, said, is_refusal);
      if (said == at) out.refused = out.refused || is_refused;
      (is_refused ? refused : wanted) = true;
    }
    out.torn = out.torn || (refused && wanted);
  }
  const bool is_spelled = out.hinted && is_spelled_out(slot, request.words());
  out.named = is_spelled || (named > 0 && 2 * named >= telling);
  return out;
}

} // namespace outpost::agents
