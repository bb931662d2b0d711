// What a request resembles: BM25 over the tools' and replies' notes, and the nearest of their
// example requests, on words with values replaced by their kinds ("where is order <order_id>").
#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agents/call/mention.h"
#include "agents/spec/agent_spec.h"
#include "agents/spec/tool.h"

namespace outpost::agents {

// Something a request may call for: a tool or a reply.
struct Candidate {
  enum class Kind { kTool, kReply, kNone };
  Kind kind = Kind::kNone;
  std::size_t index = 0; // among the tools or the replies
  std::string name;
  std::string description;
  std::vector<std::string> examples;
  std::vector<std::string> uses;           // confirmed ones
  std::vector<std::string> value_kinds;    // of its parameters
  std::vector<std::string> required_kinds; // of its required parameters that are not free text
  bool takes_free_text = false;
  Effect effect = Effect::kRead;
};

std::vector<Candidate> make_candidates(const std::vector<Tool>& tools,
                                       const std::vector<Reply>& replies);

// How well one candidate fits by words alone; each from 0 to 1.
struct Resemblance {
  double note = 0;    // BM25 with the whole note, as a share of the best possible
  double example = 0; // cosine with the nearest example
  // How much likelier its examples and confirmed uses have these words than other candidates' do
  // (naive Bayes, log odds); 0 while there are no uses.
  double uses = 0;
};

class CandidateIndex {
public:
  // Both outlive nothing: what is needed is copied.
  CandidateIndex(const std::vector<Candidate>& candidates, const Recognisers& recognisers);

  // One for each candidate, in their order.
  [[nodiscard]] std::vector<Resemblance> resemblance(const Text& text,
                                                     const std::vector<Mention>& mentions) const;
  // The share of content words that no note or example has, slips forgiven; 0 when there are none.
  [[nodiscard]] double unknown_share(const Text& text, const std::vector<Mention>& mentions) const;
  // Does the text have a word, besides its values, that asks for something and that the candidate's
  // note has too? "I want two <product>" has none, "where is <order>" has.
  [[nodiscard]] bool shares_telling_word(std::size_t candidate, const Text& text,
                                         const std::vector<Mention>& mentions) const;

  // Does the text have a word, besides its values, that asks for this candidate rather than for one
  // that only reads or replies? "cancel" does, "order" does not where every other tool has it.
  [[nodiscard]] bool asks_for(std::size_t candidate, const Text& text,
                              const std::vector<Mention>& mentions) const;

private:
  using Terms = std::vector<std::string>;
  using Vector = std::map<std::string, double>; // term -> weight, length 1

  [[nodiscard]] Terms terms_of(const Text& text, const std::vector<Mention>& mentions) const;
  [[nodiscard]] std::vector<Terms> terms_of_each(const std::vector<std::string>& sentences,
                                                 const Recognisers& recognisers) const;
  [[nodiscard]] std::string known_form(const Word& word) const;
  [[nodiscard]] double weight(const std::string& term) const;
  [[nodiscard]] Vector vector_of(const Terms& terms) const;
  [[nodiscard]] std::vector<Vector> vectors_of(const std::vector<Terms>& terms_list) const;
  [[nodiscard]] double note_share(const Terms& terms, std::size_t candidate) const;
  // The terms of each candidate's confirmed uses, and of its examples.
  void count_uses(const std::vector<std::vector<Terms>>& uses,
                  const std::vector<std::vector<Terms>>& examples);
  [[nodiscard]] double use_odds(const Terms& terms, std::size_t candidate) const;

  std::set<std::string, std::less<>> words_; // stems in notes and examples
  std::map<std::string, double> weights_;    // inverse document frequency over the sentences
  double unseen_weight_ = 0;
  std::vector<std::map<std::string, std::size_t>> notes_; // term -> count, one for each candidate
  // Word -> share of the candidate's sentences (name and note, examples, uses) that have it.
  std::vector<std::map<std::string, double>> shares_;
  std::vector<bool> changes_nothing_; // a tool that only reads, a reply
  double mean_note_length_ = 1;
  std::vector<std::vector<Vector>> examples_;
  std::vector<std::vector<Vector>> uses_;
  std::vector<std::set<std::string>> heard_once_; // words that one use alone has
  // Empty while there are no uses: of each candidate, in how many of its examples and uses a term
  // stands, and how many they are; the share of sentences with the term, all candidates alike.
  std::vector<std::map<std::string, double>> use_counts_;
  std::vector<double> use_totals_;
  std::map<std::string, double> use_background_;
};

} // namespace outpost::agents
