#include "agents/call/candidate_index.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/edit_distance.h"

namespace outpost::agents {
namespace {

// BM25 (Robertson and Zaragoza 2009). Notes are short and of one length by intent, so length counts
// less than in the customary b = 0.75.
constexpr double kSaturation = 1.2;
constexpr double kLengthShare = 0.4;
// Function words alone say little, but "how much" and "how many" are different questions: pairs of
// neighbours keep their full weight.
constexpr double kFunctionWordShare = 0.25;
// A word asks for a change when the tool's sentences have it this many times as often as those of
// any tool that only reads: "cancel" also stands in "Is my order cancelled?".
constexpr double kAskingRatio = 3.0;
// So many sentences of the background are added to a candidate's own before its words are compared.
constexpr double kUsePrior = 5.0;
// A confirmed use counts as an example from this cosine on: farther ones of a tool that is used
// much would draw requests of other tools to it. It never counts as much as being one of the
// examples.
constexpr double kNearUse = 0.5;
constexpr double kLikeUseMost = 0.85;

std::string kind_term(const Mention& mention) { return "<" + mention.kind + ">"; }

bool is_pair(const std::string& term) { return term.find(' ') != std::string::npos; }

// Function words that ask for something all the same.
constexpr auto kAskingWords = std::to_array<std::string_view>(
    {"any", "got", "have", "how", "when", "where", "wheres", "which", "who"});

bool is_telling(const Word& word) {
  return !is_function_word(word.text) ||
         std::find(kAskingWords.begin(), kAskingWords.end(), word.text) != kAskingWords.end();
}

const Mention* mention_at(const std::vector<Mention>& mentions, const Word& word) {
  for (const Mention& mention : mentions) {
    const bool inside = word.begin >= mention.begin && word.end <= mention.end;
    if (inside && mention.strength >= kClearMention) return &mention;
  }
  return nullptr;
}

double cosine(const std::map<std::string, double>& a, const std::map<std::string, double>& b) {
  double sum = 0;
  for (const auto& [term, w] : a) {
    const auto at = b.find(term);
    if (at != b.end()) sum += w * at->second;
  }
  return sum;
}

void add_pairs(std::vector<std::string>& terms) {
  const std::size_t count = terms.size();
  for (std::size_t i = 0; i + 1 < count; ++i) terms.push_back(terms[i] + ' ' + terms[i + 1]);
}

} // namespace

std::vector<Candidate> make_candidates(const std::vector<Tool>& tools,
                                       const std::vector<Reply>& replies) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < tools.size(); ++i) {
    Candidate made;
    made.kind = Candidate::Kind::kTool;
    made.index = i;
    made.name = tools[i].name;
    made.description = tools[i].description;
    made.examples = tools[i].examples;
    made.uses = tools[i].uses;
    made.effect = tools[i].effect;
    for (const Parameter& parameter : tools[i].parameters) {
      made.value_kinds.push_back(parameter.kind.name);
      made.takes_free_text |= parameter.kind.free_text;
      const bool must_be_found = parameter.required && !parameter.kind.free_text;
      if (must_be_found) made.required_kinds.push_back(parameter.kind.name);
    }
    candidates.push_back(std::move(made));
  }
  for (std::size_t i = 0; i < replies.size(); ++i) {
    Candidate made;
    made.kind = Candidate::Kind::kReply;
    made.index = i;
    made.name = replies[i].name;
    made.description = replies[i].description;
    made.examples = replies[i].examples;
    made.uses = replies[i].uses;
    candidates.push_back(std::move(made));
  }
  candidates.emplace_back().name = "none";
  return candidates;
}

CandidateIndex::CandidateIndex(const std::vector<Candidate>& candidates,
                               const Recognisers& recognisers) {
  std::map<std::string, std::size_t> sentences_with;
  std::vector<std::vector<Terms>> example_terms;
  std::size_t sentences = 0;
  std::size_t total_length = 0;
  for (const Candidate& candidate : candidates) {
    std::vector<std::string> sources{candidate.description + " " + candidate.name};
    std::replace(sources[0].begin(), sources[0].end(), '_', ' ');
    sources.insert(sources.end(), candidate.examples.begin(), candidate.examples.end());
    std::map<std::string, std::size_t>& note = notes_.emplace_back();
    std::map<std::string, double>& shares = shares_.emplace_back();
    changes_nothing_.push_back(candidate.kind != Candidate::Kind::kNone &&
                               candidate.effect == Effect::kRead);
    // words_ is empty until all notes are read: nothing in them is corrected.
    std::vector<Terms>& terms_list =
        example_terms.emplace_back(terms_of_each(sources, recognisers));
    for (const Terms& terms : terms_list) {
      for (const std::string& term : terms) ++note[term];
      for (const std::string& term : std::set<std::string>(terms.begin(), terms.end())) {
        ++sentences_with[term];
        shares[term] += 1.0 / static_cast<double>(sources.size() + candidate.uses.size());
      }
      total_length += terms.size();
    }
    sentences += terms_list.size();
    terms_list.erase(terms_list.begin()); // the description is no example
  }
  mean_note_length_ =
      std::max(1.0, static_cast<double>(total_length) /
                        static_cast<double>(std::max<std::size_t>(1, notes_.size())));
  const auto total = static_cast<double>(sentences);
  unseen_weight_ = std::log(1.0 + (total + 0.5) / 0.5);
  for (const auto& [term, count] : sentences_with) {
    const auto with = static_cast<double>(count);
    weights_[term] = std::log(1.0 + (total - with + 0.5) / (with + 0.5));
    if (!is_pair(term) && term.front() != '<') words_.insert(term);
  }
  std::vector<std::vector<Terms>> use_terms;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    use_terms.push_back(terms_of_each(candidates[c].uses, recognisers));
    examples_.push_back(vectors_of(example_terms[c]));
    uses_.push_back(vectors_of(use_terms[c]));
  }
  count_uses(use_terms, example_terms);
}

std::vector<CandidateIndex::Terms>
CandidateIndex::terms_of_each(const std::vector<std::string>& sentences,
                              const Recognisers& recognisers) const {
  std::vector<Terms> all;
  for (const std::string& sentence : sentences) {
    const Text text(sentence);
    all.push_back(terms_of(text, recognisers.find(text)));
  }
  return all;
}

std::vector<CandidateIndex::Vector>
CandidateIndex::vectors_of(const std::vector<Terms>& terms_list) const {
  std::vector<Vector> vectors;
  for (const Terms& terms : terms_list) vectors.push_back(vector_of(terms));
  return vectors;
}

void CandidateIndex::count_uses(const std::vector<std::vector<Terms>>& uses,
                                const std::vector<std::vector<Terms>>& examples) {
  heard_once_.resize(uses.size());
  const bool has_uses = std::any_of(uses.begin(), uses.end(),
                                    [](const std::vector<Terms>& one) { return !one.empty(); });
  if (!has_uses) return;
  double used = 0;
  for (std::size_t c = 0; c < uses.size(); ++c) {
    auto& counts = use_counts_.emplace_back();
    for (const Terms& terms : uses[c]) {
      for (const std::string& term : std::set(terms.begin(), terms.end())) ++counts[term];
    }
    std::map<std::string, double>& shares = shares_[c];
    const double declared = 1.0 + static_cast<double>(examples[c].size());
    for (const auto& [term, count] : counts) {
      if (count == 1 && !shares.contains(term)) heard_once_[c].insert(term);
      if (!is_pair(term) && term.front() != '<') words_.insert(term);
      shares[term] += count / (declared + static_cast<double>(uses[c].size()));
    }
    for (const Terms& terms : examples[c]) {
      for (const std::string& term : std::set(terms.begin(), terms.end())) ++counts[term];
    }
    const auto total = static_cast<double>(uses[c].size() + examples[c].size());
    use_totals_.push_back(total);
    if (total == 0) continue;
    ++used;
    for (const auto& [term, count] : counts) use_background_[term] += count / total;
  }
  for (auto& [term, share] : use_background_) share /= used;
}

// Shares are smoothed by the background's (a Dirichlet prior), so that few sentences say little.
double CandidateIndex::use_odds(const Terms& terms, std::size_t candidate) const {
  if (use_counts_.empty() || use_totals_[candidate] == 0) return 0;
  double odds = 0;
  for (const std::string& term : std::set<std::string>(terms.begin(), terms.end())) {
    const auto background = use_background_.find(term);
    if (background == use_background_.end()) continue;
    const auto at = use_counts_[candidate].find(term);
    const double count = at == use_counts_[candidate].end() ? 0.0 : at->second;
    const double prior = kUsePrior * background->second;
    odds += std::log((count + prior) / (use_totals_[candidate] + kUsePrior) / background->second);
  }
  return odds;
}

// The word as the notes have it: itself, or the one it is a slip of.
std::string CandidateIndex::known_form(const Word& word) const {
  if (words_.empty() || words_.contains(word.stem) || is_function_word(word.text)) return word.stem;
  const auto nearest = nearest_name(word.stem, {words_.begin(), words_.end()});
  return nearest ? std::string(*nearest) : word.stem;
}

CandidateIndex::Terms CandidateIndex::terms_of(const Text& text,
                                               const std::vector<Mention>& mentions) const {
  Terms terms;
  const Mention* inside = nullptr;
  for (const Word& word : text.words) {
    const Mention* mention = mention_at(mentions, word);
    if (mention == nullptr) {
      terms.push_back(known_form(word));
    } else if (mention != inside) {
      terms.push_back(kind_term(*mention));
    }
    inside = mention;
  }
  add_pairs(terms);
  return terms;
}

double CandidateIndex::weight(const std::string& term) const {
  const auto at = weights_.find(term);
  const double weight = at == weights_.end() ? unseen_weight_ : at->second;
  return is_function_word(term) ? weight * kFunctionWordShare : weight;
}

CandidateIndex::Vector CandidateIndex::vector_of(const Terms& terms) const {
  Vector vector;
  double square = 0;
  for (const std::string& term : std::set<std::string>(terms.begin(), terms.end())) {
    const double w = weight(term);
    vector[term] = w;
    square += w * w;
  }
  for (auto& [term, w] : vector) w /= std::sqrt(std::max(square, 1e-12));
  return vector;
}

double CandidateIndex::note_share(const Terms& terms, std::size_t candidate) const {
  const auto& note = notes_[candidate];
  double length = 0;
  for (const auto& [term, count] : note) length += static_cast<double>(count);
  const double norm = 1.0 - kLengthShare + kLengthShare * length / mean_note_length_;
  double score = 0;
  double best = 0;
  for (const std::string& term : terms) {
    if (is_pair(term)) continue;
    const double w = weight(term);
    best += w * (kSaturation + 1.0);
    const auto at = note.find(term);
    if (at == note.end()) continue;
    const auto count = static_cast<double>(at->second);
    score += w * count * (kSaturation + 1.0) / (count + kSaturation * norm);
  }
  return best > 0 ? score / best : 0.0;
}

std::vector<Resemblance> CandidateIndex::resemblance(const Text& text,
                                                     const std::vector<Mention>& mentions) const {
  const Terms terms = terms_of(text, mentions);
  const Vector vector = vector_of(terms);
  std::vector<Resemblance> all;
  for (std::size_t c = 0; c < notes_.size(); ++c) {
    Resemblance one{note_share(terms, c), 0};
    for (const Vector& example : examples_[c]) {
      one.example = std::max(one.example, cosine(vector, example));
    }
    for (const Vector& use : uses_[c]) {
      const double near = cosine(vector, use);
      if (near >= kNearUse) one.example = std::max(one.example, std::min(near, kLikeUseMost));
    }
    one.uses = use_odds(terms, c);
    all.push_back(one);
  }
  return all;
}

double CandidateIndex::unknown_share(const Text& text, const std::vector<Mention>& mentions) const {
  double unknown = 0;
  double total = 0;
  for (const Word& word : text.words) {
    if (is_function_word(word.text) || mention_at(mentions, word) != nullptr) continue;
    total += 1;
    if (!words_.contains(known_form(word))) unknown += 1;
  }
  return total > 0 ? unknown / total : 0.0;
}

bool CandidateIndex::shares_telling_word(std::size_t candidate, const Text& text,
                                         const std::vector<Mention>& mentions) const {
  return std::any_of(text.words.begin(), text.words.end(), [&](const Word& word) {
    return is_telling(word) && mention_at(mentions, word) == nullptr &&
           notes_[candidate].contains(known_form(word));
  });
}

bool CandidateIndex::asks_for(std::size_t candidate, const Text& text,
                              const std::vector<Mention>& mentions) const {
  const auto share = [this](std::size_t of, const std::string& word) {
    const auto at = shares_[of].find(word);
    return at == shares_[of].end() ? 0.0 : at->second;
  };
  return std::any_of(text.words.begin(), text.words.end(), [&](const Word& word) {
    if (is_function_word(word.text) || mention_at(mentions, word) != nullptr) return false;
    const std::string known = known_form(word);
    const double own = share(candidate, known);
    // One confirmed use alone does not make a word ask for anything.
    if (own == 0 || heard_once_[candidate].contains(known)) return false;
    for (std::size_t other = 0; other < shares_.size(); ++other) {
      if (changes_nothing_[other] && own < kAskingRatio * share(other, known)) return false;
    }
    return true;
  });
}

} // namespace outpost::agents
