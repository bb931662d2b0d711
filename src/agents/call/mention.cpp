#include "agents/call/mention.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "agents/call/recognisers.h"

namespace outpost::agents {
namespace {

// Between a number and what it counts: "3 more", "5 pairs of", "two of the". A bare "the" does not
// count: "4 the kettle" is a hurried "for the kettle".
constexpr auto kCounters = std::to_array<std::string_view>(
    {"of", "pair", "piec", "piece", "unit", "x", "pc", "more", "new", "item"});
constexpr auto kAfterOf =
    std::to_array<std::string_view>({"the", "these", "those", "them", "your"});

template <std::size_t N>
bool is_one_of(const Word& word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word.stem) != words.end();
}

bool overlap(const Mention& a, const Mention& b) { return a.begin < b.end && b.begin < a.end; }

// A number counts what follows it when that is a mention of something else, or "of them", or when
// it is written as a count ("3x").
void attach_numbers(const Text& text, std::vector<Mention>& mentions) {
  for (Mention& mention : mentions) {
    if (!mention.value.is_number()) continue;
    const std::string_view written =
        std::string_view(text.raw).substr(mention.begin, mention.end - mention.begin);
    if (written.find_first_of("xX") != std::string_view::npos &&
        written.find_first_of("0123456789") != std::string_view::npos) {
      mention.attached = true;
    }
    auto word = std::find_if(text.words.begin(), text.words.end(),
                             [&](const Word& w) { return w.begin >= mention.end; });
    bool after_of = false;
    while (word != text.words.end() &&
           (is_one_of(*word, kCounters) || (after_of && is_one_of(*word, kAfterOf)))) {
      after_of |= word->stem == "of";
      mention.attached = true;
      ++word;
    }
    if (word == text.words.end()) continue;
    mention.attached |= std::any_of(mentions.begin(), mentions.end(), [&](const Mention& other) {
      return !other.value.is_number() && other.begin == word->begin;
    });
  }
}

} // namespace

Result<std::unique_ptr<Recogniser>> make_recogniser(const ValueKind& kind,
                                                    const std::vector<std::string>& known) {
  std::unique_ptr<Recogniser> made;
  if (kind.free_text) return made;
  if (kind.type == ValueType::kInteger || kind.type == ValueType::kNumber) {
    made = std::make_unique<NumberRecogniser>(kind);
  } else if (kind.format == ValueFormat::kEmail) {
    made = std::make_unique<EmailRecogniser>(kind.name);
  } else if (!kind.pattern.empty()) {
    OUTPOST_TRY(Pattern pattern, Pattern::compile(kind.pattern));
    made = std::make_unique<PatternRecogniser>(kind, std::move(pattern), known);
  } else if (!kind.choices.empty()) {
    made = std::make_unique<ChoiceRecogniser>(kind);
  } else if (!kind.lookup.empty()) {
    made = std::make_unique<LookupRecogniser>(kind.name, known);
  }
  return made;
}

Status Recognisers::add(const ValueKind& kind, const std::vector<std::string>& known) {
  OUTPOST_TRY(auto recogniser, make_recogniser(kind, known));
  if (recogniser) by_kind_[kind.name] = std::move(recogniser);
  return {};
}

std::vector<Mention> Recognisers::find(const Text& text) const {
  std::vector<Mention> all;
  for (const auto& [kind, recogniser] : by_kind_) recogniser->find(text, all);
  const auto rank = [](const Mention& m) {
    return std::tuple(-m.strength,
                      static_cast<std::ptrdiff_t>(m.begin) - static_cast<std::ptrdiff_t>(m.end),
                      m.begin, std::string_view(m.kind));
  };
  std::sort(all.begin(), all.end(),
            [&rank](const Mention& a, const Mention& b) { return rank(a) < rank(b); });
  std::vector<Mention> kept;
  for (Mention& mention : all) {
    const bool free = std::none_of(kept.begin(), kept.end(),
                                   [&](const Mention& other) { return overlap(mention, other); });
    if (free) kept.push_back(std::move(mention));
  }
  std::sort(kept.begin(), kept.end(),
            [](const Mention& a, const Mention& b) { return a.begin < b.begin; });
  attach_numbers(text, kept);
  return kept;
}

bool Recognisers::supports(std::string_view kind, const boost::json::value& value,
                           const Text& text) const {
  const auto at = by_kind_.find(kind);
  if (at == by_kind_.end()) return false;
  std::vector<Mention> found;
  at->second->find(text, found);
  return std::any_of(found.begin(), found.end(), [&value](const Mention& mention) {
    return mention.value == value ||
           (value.is_string() && std::find(mention.alternatives.begin(), mention.alternatives.end(),
                                           value.get_string()) != mention.alternatives.end());
  });
}

} // namespace outpost::agents
