#include <algorithm>

#include "agents/call/letters.h"
#include "agents/call/recognisers.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kWindowWords = 4; // "A - 20 417"
constexpr std::size_t kCueReach = 4;    // words before a value in which a cue counts: "code is: X"

std::size_t digits_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
}

// Only a separator or two may lie between words that are read as one value.
bool is_joint(std::string_view written) {
  const std::string gap = with_plain_signs(written);
  return gap.size() <= 3 && gap.find_first_not_of(" -_./#:") == std::string_view::npos;
}

bool touches(const Text& text, std::size_t first, std::size_t last, std::string_view bytes) {
  const std::size_t begin = text.words[first].begin;
  return with_plain_signs(text.raw.substr(begin, text.words[last].end - begin)).find(bytes) !=
         std::string::npos;
}

} // namespace

PatternRecogniser::PatternRecogniser(const ValueKind& kind, Pattern pattern,
                                     const std::vector<std::string>& known)
    : kind_(kind.name), pattern_(std::move(pattern)), known_(known.begin(), known.end()) {
  for (const std::string& cue : kind.cues) {
    for (const Word& word : split_words(cue)) cues_.insert(word.stem);
  }
}

bool PatternRecogniser::has_cue(const Text& text, std::size_t first, std::size_t last) const {
  const std::size_t begin = text.words[first].begin;
  if (begin > 0 && text.raw[begin - 1] == '#') return true;
  for (std::size_t i = first - std::min(first, kCueReach); i < first; ++i) {
    if (cues_.contains(text.words[i].stem)) return true;
  }
  return last + 1 < text.words.size() && cues_.contains(text.words[last + 1].stem);
}

double PatternRecogniser::strength(const Text& text, std::size_t first, std::size_t last,
                                   const Pattern::Reading& reading) const {
  const std::size_t begin = text.words[first].begin;
  const std::string written =
      with_plain_signs(text.raw.substr(begin, text.words[last].end - begin));
  const std::size_t digits = digits_in(reading.value);
  const bool exact = written == reading.value;
  if (known_.contains(reading.value)) return exact ? 1.0 : 0.95;
  const bool cue = has_cue(text, first, last);
  if (exact) return digits > 0 || cue ? 1.0 : 0.3;
  const bool spaced = touches(text, first, last, " ");
  if (!spaced && reading.liberties == 0) return digits > 0 || cue ? 0.9 : 0.0;
  // From here on words were joined or letters supplied. "for 2" must not become a code FOR2.
  bool says_little = false;
  for (std::size_t i = first; i < last; ++i) {
    says_little |= text.words[i].text.size() > 1 && is_function_word(text.words[i].text);
  }
  if (says_little || digits < 2) return 0.0;
  if (cue) return 0.85;
  return digits >= 4 ? 0.7 : 0.0;
}

void PatternRecogniser::find(const Text& text, std::vector<Mention>& found) const {
  for (std::size_t first = 0; first < text.words.size(); ++first) {
    for (std::size_t last = first; last < std::min(first + kWindowWords, text.words.size());
         ++last) {
      const std::size_t begin = text.words[first].begin;
      const std::size_t end = text.words[last].end;
      if (last > first) {
        const std::size_t gap = text.words[last - 1].end;
        if (!is_joint(std::string_view(text.raw).substr(gap, text.words[last].begin - gap))) break;
      }
      const auto reading =
          pattern_.read_loosely(with_plain_signs(text.raw.substr(begin, end - begin)));
      if (!reading) continue;
      const double sure = strength(text, first, last, *reading);
      if (sure > 0)
        found.push_back({kind_, boost::json::string(reading->value), begin, end, sure, {}, false});
    }
  }
}

} // namespace outpost::agents
