#include "agents/calling/request_names.h"

#include <algorithm>
#include <array>
#include <vector>

#include "agents/call/letters.h"
#include "agents/call/words.h"
#include "agents/calling/text_forms.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kLostMost = 2; // letters of one word

// Do the words from `at` on read as these, but for one that lost its end?
bool reads_as(std::span<const Word> words, std::span<const Word> wanted) {
  bool has_lost = false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string& whole = words[i].text;
    const std::string& part = wanted[i].text;
    if (whole == part) continue;
    const bool is_cut = whole.size() <= part.size() + kLostMost && whole.starts_with(part);
    if (has_lost || !is_cut) return false;
    has_lost = true;
  }
  return has_lost;
}

// The last word of a slot's name: art_form -> form.
std::string own_noun(const SlotSchema& slot) {
  const std::size_t space = slot.name.find_last_of("_- ");
  return lower_case(space == std::string::npos ? slot.name : slot.name.substr(space + 1));
}

} // namespace

std::string whole_name(std::string_view text, const RequestValues& request) {
  const std::vector<Word> words = split_words(text);
  if (words.empty() || words.back().end != text.size()) return std::string(text);
  const Word& last = words.back();
  const bool is_name = is_capital(text[last.begin]) && is_lower(text.back());
  if (!is_name || request.has_word(last.text)) return std::string(text);
  const auto longer = std::ranges::find_if(request.words(), [&last](const Word& word) {
    return word.text.size() > last.text.size() + 1 && word.text.starts_with(last.text);
  });
  if (longer == request.words().end() || longer->stem == last.stem) return std::string(text);
  return std::string(text) + longer->text.substr(last.text.size());
}

std::string with_lost_letters(std::string_view text, const RequestValues& request) {
  const std::vector<Word> wanted = split_words(text);
  // A single word may be another form of the request's.
  if (wanted.size() < 2 || request.word_share(text) == 1) return std::string(text);
  const std::span<const Word> words = request.words();
  for (std::size_t at = 0; at + wanted.size() <= words.size(); ++at) {
    const std::span<const Word> said = words.subspan(at, wanted.size());
    if (!reads_as(said, wanted)) continue;
    const std::size_t begin = said.front().begin;
    return request.text().substr(begin, said.back().end - begin) +
           std::string(text.substr(wanted.back().end));
  }
  return std::string(text);
}

std::string whole_town(const SlotSchema& slot, std::string_view text,
                       const RequestValues& request) {
  const std::string whole = std::string(text) + " City";
  const std::string noun = own_noun(slot);
  const bool is_wider = noun == "state" || noun == "country" || noun == "region";
  if (is_wider || text.empty() || !is_capital(text.front()) || region_form(slot) ||
      !request.writes(whole)) {
    return std::string(text);
  }
  return whole;
}

std::string_view without_article(std::string_view text, const RequestValues& request) {
  constexpr std::string_view kArticle = "the ";
  if (lower_case(text.substr(0, kArticle.size())) != kArticle) return text;
  const std::string_view name = text.substr(kArticle.size());
  return request.writes(std::string(kArticle) + std::string(name)) ? name : text;
}

std::string_view without_own_noun(const SlotSchema& slot, std::string_view text,
                                  const RequestValues& request) {
  // What these are called is never part of what they are; of a street or a hotel it is.
  static constexpr auto kKinds = std::to_array<std::string_view>(
      {"category", "color", "colour", "condition", "county", "cuisine", "currency", "finish",
       "flavor", "flavour", "format", "genre", "language", "material", "mode", "platform", "size",
       "style", "type"});
  const std::string noun = own_noun(slot);
  if (!is_one_of(noun, kKinds)) return text;
  const std::vector<Word> words = split_words(text);
  if (words.size() < 2 || words.back().text != noun || words.back().end != text.size()) return text;
  const std::string_view said = text.substr(words.back().begin);
  // "Orange County" is a name.
  if (noun == "county" && (is_capital(said.front()) || !request.writes(said))) return text;
  return text.substr(0, words[words.size() - 2].end);
}

} // namespace outpost::agents
