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

bool is_refusal(const Word& word) {
  static constexpr auto kNot =
      std::to_array<std::string_view>({"deactivate", "disable", "disabled", "dont", "except",
                                       "exclude", "excluding", "no", "not", "off", "without"});
  return is_one_of(word.text, kNot);
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
  for (const std::string& stem : content_stems(slot.name)) {
    if (!is_telling(stem)) continue;
    ++telling;
    const std::vector<Word>& words = request.words();
    const auto at = std::ranges::find_if(
        words, [&stem](const Word& word) { return word.stem == stem || is_akin(word.stem, stem); });
    if (at == words.end() || has(name, stem)) continue;
    out.hinted = true;
    named += at->stem == stem && !has(note, stem) ? 1 : 0;
    const auto from = at - std::min<std::ptrdiff_t>(kRefusalReach, at - words.begin());
    out.refused = out.refused || std::any_of(from, at, is_refusal);
  }
  out.named = named > 0 && 2 * named >= telling;
  return out;
}

} // namespace outpost::agents
