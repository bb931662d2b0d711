#include "agents/call/reflex.h"

#include <algorithm>
#include <set>

namespace outpost::agents {
namespace {

using Terms = std::set<std::string>;

// Stems of the words that say something, and a kind's name for each value.
Terms terms_of(const Text& text, const std::vector<Mention>& mentions) {
  Terms terms;
  for (const Mention& mention : mentions) terms.insert("<" + mention.kind + ">");
  for (const Word& word : text.words) {
    const bool is_value =
        std::any_of(mentions.begin(), mentions.end(), [&word](const Mention& mention) {
          return word.begin >= mention.begin && word.end <= mention.end;
        });
    if (!is_value && !is_function_word(word.text)) terms.insert(word.stem);
  }
  return terms;
}

// Dice's coefficient: twice what is common, of all.
double likeness(const Terms& a, const Terms& b) {
  const auto common =
      std::count_if(a.begin(), a.end(), [&b](const std::string& term) { return b.contains(term); });
  const std::size_t all = a.size() + b.size();
  return all == 0 ? 0 : 2.0 * static_cast<double>(common) / static_cast<double>(all);
}

} // namespace

bool fits_rule(const ReflexRule& rule, const Text& text, const std::vector<Mention>& mentions,
               const Recognisers& recognisers) {
  const Terms terms = terms_of(text, mentions);
  if (!rule.words.empty()) {
    return std::all_of(rule.words.begin(), rule.words.end(), [&text](const std::string& wanted) {
      const std::string form = stem(lower_case(wanted));
      return std::any_of(text.words.begin(), text.words.end(),
                         [&form](const Word& word) { return word.stem == form; });
    });
  }
  return std::any_of(rule.like.begin(), rule.like.end(), [&](const std::string& example) {
    const Text other(example);
    return likeness(terms, terms_of(other, recognisers.find(other))) >= rule.likeness;
  });
}

bool has_all_values(const Tool& tool, const std::vector<Mention>& mentions) {
  if (!tool.input_schema.empty()) return false;
  return std::all_of(tool.parameters.begin(), tool.parameters.end(), [&](const Parameter& p) {
    const auto count = std::count_if(mentions.begin(), mentions.end(),
                                     [&p](const Mention& m) { return m.kind == p.kind.name; });
    const bool is_clear = std::none_of(mentions.begin(), mentions.end(), [&p](const Mention& m) {
      return m.kind == p.kind.name && (m.strength < kClearMention || !m.alternatives.empty());
    });
    if (p.kind.free_text) return !p.required;
    return is_clear && (p.required ? count == 1 : count <= 1);
  });
}

} // namespace outpost::agents
