#include "agents/calling/request_parallels.h"

#include <algorithm>
#include <array>
#include <optional>

#include "agents/call/words.h"
#include "agents/calling/request_signature.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kLeadWordsMax = 6; // "and then do the same for"
constexpr std::size_t kTwinWordsMin = 3, kTwinWordsMax = 12;

bool joins(const Word& word) {
  static constexpr auto kJoiners = std::to_array<std::string_view>({"and", "plus", "then"});
  return is_one_of(word.text, kJoiners);
}

// What may stand between a joining word and what it joins: "and finally", "as well as one".
bool leads_on(const Word& word) {
  static constexpr auto kLeads = std::to_array<std::string_view>(
      {"also", "and", "another", "as", "by", "do", "finally", "followed", "lastly", "next", "one",
       "same", "secondly", "then", "well"});
  return is_one_of(word.text, kLeads);
}

// "a" and "an" are one word here.
std::string_view anchor_text(const Word& word) {
  return word.text == "an" ? std::string_view("a") : std::string_view(word.text);
}

// A joining word, and the first word of what it joins.
struct Joint {
  std::size_t end = 0;   // bytes of the request: of the part before
  std::size_t first = 0; // a place in the words
};

std::vector<Joint> joints_of(const std::vector<Word>& words) {
  std::vector<Joint> joints;
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    const bool is_phrase = (words[i].text == "as" && words[i + 1].text == "well") ||
                           (words[i].text == "followed" && words[i + 1].text == "by");
    if (!joins(words[i]) && !is_phrase) continue;
    std::size_t first = i + 1;
    while (first < words.size() && first - i < kLeadWordsMax &&
           (leads_on(words[first]) || (words[first].text == "the" && first + 1 < words.size() &&
                                       words[first + 1].text == "same"))) {
      ++first;
    }
    if (first >= words.size()) break;
    joints.push_back({words[i].begin, first});
    i = first - 1;
  }
  return joints;
}

std::size_t last_value_end(const Clause& place, const RequestOutline& outline, std::size_t most) {
  std::size_t end = place.begin;
  for (const OutlinedValue& value : outline.values()) {
    if (value.is_spelled || value.begin < place.begin || value.end > place.end) continue;
    if (most-- == 0) break;
    end = value.end;
  }
  return end;
}

std::string_view trimmed_end(std::string_view text) {
  while (!text.empty() &&
         std::string_view(" ,;.?!\"\n").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  return text;
}

// Has the tool one slot alone that takes a value of the part's only kind?
bool has_one_slot_for(const Signature& signature, const CallableTool& tool) {
  const auto takers = std::ranges::count_if(tool.slots, [&signature](const SlotSchema& slot) {
    if (!slot.choices.empty() || slot.type == SlotType::kBoolean) return false;
    return signature.numbers() > 0 ? is_numeric(slot.type) : slot.type == SlotType::kString;
  });
  return takers == 1;
}

// One sentence of the request.
class Sentence {
public:
  // `whole`: of what the sentence is one of.
  Sentence(std::string_view request, const Clause& whole, const Clause& place,
           const RequestOutline& outline, const CallableTool& tool)
      : whole_(whole), place_(place), outline_(outline), tool_(tool),
        words_(split_words(request.substr(place.begin, place.end - place.begin))) {
    for (Word& word : words_) {
      word.begin += place.begin;
      word.end += place.begin;
    }
  }

  struct Parts {
    std::vector<Clause> places; // of each; empty where there are none
    bool are_twins = false;     // word by word: what stands behind the last is no part of it
  };
  [[nodiscard]] Parts parts() const {
    const std::vector<Joint> joints = joints_of(words_);
    for (std::size_t j = 0; j < joints.size(); ++j) {
      std::vector<Clause> found = from_joint(joints, j);
      if (found.size() > 1) return {found, false};
      found = from_twins(joints, j);
      if (found.size() > 1) return {found, true};
    }
    return {};
  }

private:
  // The parts where the words behind that joint are those before it, word by word, but for values
  // and a word or two: "stage 7 in easy mode and stage 3 in hard mode", "USD to AUD and USD to
  // CAD".
  [[nodiscard]] std::vector<Clause> from_twins(const std::vector<Joint>& joints,
                                               std::size_t j) const {
    std::size_t before = joints[j].first; // behind the last word of the part before
    while (before > 0 && words_[before - 1].begin >= joints[j].end) --before;
    for (std::size_t length = kTwinWordsMin; length <= std::min(before, kTwinWordsMax); ++length) {
      const std::size_t first = before - length;
      std::vector<Clause> parts{{words_[first].begin, joints[j].end}};
      for (std::size_t next = j; next < joints.size() && parts.size() < kParallelsMax; ++next) {
        const std::size_t begin = joints[next].first;
        if (!are_twins(first, begin, length)) break;
        parts.push_back({words_[begin].begin, words_[begin + length - 1].end});
      }
      // The first may lack a name: that of a sentence's begin is not seen as one.
      const Signature own = signature_of(parts.back(), outline_);
      if (parts.size() > 1 && fits(parts, own) && (own.size() > 1 || has_one_slot_for(own, tool_)))
        return parts;
    }
    return {};
  }

  // Do so many words say the same of two things? They begin alike, most that are not values are
  // the same, and something is not.
  [[nodiscard]] bool are_twins(std::size_t first, std::size_t second, std::size_t length) const {
    if (second + length > words_.size()) return false;
    std::size_t same = 0, other = 0, values = 0;
    for (std::size_t i = 0; i < length; ++i) {
      const Word &a = words_[first + i], &b = words_[second + i];
      const bool is_value = outlined(b);
      const bool is_same = anchor_text(a) == anchor_text(b);
      if (!is_same && outlined(a) != is_value) return false;
      if (!is_same && i == 0 && !is_value) return false;
      if (!is_value)
        (is_same ? same : other) += 1;
      else if (!is_same)
        ++values;
    }
    return values > 0 && same > other && other <= 1;
  }

  // The parts whose second begins at that joint.
  [[nodiscard]] std::vector<Clause> from_joint(const std::vector<Joint>& joints,
                                               std::size_t j) const {
    const Word& anchor = words_[joints[j].first];
    if (outlined(anchor)) return {};
    for (std::size_t w = joints[j].first; w-- > 0;) {
      if (words_[w].begin >= joints[j].end || anchor_text(words_[w]) != anchor_text(anchor))
        continue;
      const Clause first{words_[w].begin, joints[j].end};
      std::vector<Clause> parts = continued(first, joints, j);
      if (parts.size() > 1 && is_sound(parts, w, joints[j].first)) return parts;
    }
    return {};
  }

  // Every later joint begins a part with as many values of each kind as the first, or is within
  // one.
  [[nodiscard]] std::vector<Clause> continued(const Clause& first, const std::vector<Joint>& joints,
                                              std::size_t j) const {
    const Signature wanted = signature_of(first, outline_);
    if (wanted.size() == 0) return {};
    std::vector<Clause> parts{first};
    std::size_t begin = words_[joints[j].first].begin;
    for (std::size_t next = j + 1; next < joints.size() && parts.size() < kParallelsMax; ++next) {
      const Clause part{begin, joints[next].end};
      if (signature_of(part, outline_) != wanted) continue;
      const Clause rest{words_[joints[next].first].begin, place_.end};
      if (signature_of(rest, outline_).size() < wanted.size()) continue; // it belongs to this one
      parts.push_back(part);
      begin = rest.begin;
    }
    const Clause last{begin, place_.end};
    if (signature_of(last, outline_) != wanted) return {};
    parts.push_back(last);
    return parts;
  }

  // Is each enough for a call, with what is said besides of other kinds? Besides the parts nothing
  // is said of their own kinds: else they are not all that is told apart.
  [[nodiscard]] bool fits(const std::vector<Clause>& parts, const Signature& own) const {
    const Signature besides = signature_of({whole_.begin, parts.front().begin}, outline_)
                                  .with(signature_of({parts.back().end, whole_.end}, outline_));
    for (std::size_t kind = 0; kind < own.counts.size(); ++kind) {
      if (own.counts[kind] > 0 && besides.counts[kind] > 0) return false;
    }
    return suffices(own.with(besides), tool_) && !has_too_many_numbers(own);
  }

  [[nodiscard]] bool is_sound(const std::vector<Clause>& parts, std::size_t first,
                              std::size_t second) const {
    const Signature own = signature_of(parts.front(), outline_);
    if (!fits(parts, own)) return false;
    if (own.size() > 1) return true;
    // Of one value a word before it has to be said again, too: "the number 3 and the number 5".
    const bool says_again = first + 1 < words_.size() && second + 1 < words_.size() &&
                            words_[first + 1].text == words_[second + 1].text;
    return says_again && has_one_slot_for(own, tool_);
  }

  // Parts of parts: "the root of 5, the root of 3, then the root of 4 and the root of 2".
  [[nodiscard]] bool has_too_many_numbers(const Signature& own) const {
    std::size_t places = 0;
    for (const SlotSchema& slot : tool_.slots) {
      const bool takes_any = slot.type == SlotType::kArray || slot.type == SlotType::kObject;
      if (takes_any) return false;
      places += is_numeric(slot.type) || slot.type == SlotType::kString ? 1 : 0;
    }
    return own.numbers() > places;
  }

  [[nodiscard]] bool outlined(const Word& word) const {
    return std::ranges::any_of(outline_.values(), [&word](const OutlinedValue& value) {
      return value.begin <= word.begin && word.end <= value.end;
    });
  }

  Clause whole_;
  Clause place_;
  const RequestOutline& outline_;
  const CallableTool& tool_;
  std::vector<Word> words_; // with places of the request
};

// What stands behind the last part and is meant for all, where the others have nothing there.
std::string_view shared_end(std::string_view request, const std::vector<Clause>& parts,
                            const RequestOutline& outline) {
  const std::size_t values = signature_of(parts.front(), outline).size();
  const auto behind = [&](const Clause& part) {
    const std::size_t from = last_value_end(part, outline, values);
    return request.substr(from, part.end - from);
  };
  const bool is_shared = std::all_of(parts.begin(), parts.end() - 1, [&](const Clause& part) {
    return split_words(behind(part)).empty();
  });
  return is_shared ? behind(parts.back()) : std::string_view();
}

} // namespace

std::vector<ParallelPart> find_parallels(std::string_view request, const Clause& place,
                                         const RequestOutline& outline, const CallableTool& tool) {
  const std::string_view text = request.substr(place.begin, place.end - place.begin);
  if (lower_case(text).find("respectively") != std::string::npos) return {};
  for (const Clause& sentence : split_sentences(text)) {
    const Clause own{place.begin + sentence.begin, place.begin + sentence.end};
    const auto [parts, are_twins] = Sentence(request, place, own, outline, tool).parts();
    if (parts.empty()) continue;
    const std::string_view before = request.substr(place.begin, parts.front().begin - place.begin);
    const std::string_view end = are_twins ? "" : shared_end(request, parts, outline);
    // Meant for all of them, too.
    const std::string_view after = request.substr(parts.back().end, place.end - parts.back().end);
    const bool ends_sentence = parts.back().end == own.end;
    std::vector<ParallelPart> found;
    for (const Clause& part : parts) {
      std::string_view said = request.substr(part.begin, part.end - part.begin);
      if (!end.empty() && part.end == parts.back().end) said.remove_suffix(end.size());
      found.push_back({std::string(before) + std::string(trimmed_end(said)) +
                           (end.empty() && ends_sentence ? "." : std::string(end)) +
                           std::string(after),
                       part});
    }
    return found;
  }
  return {};
}

} // namespace outpost::agents
