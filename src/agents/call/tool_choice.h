// Choosing what a request calls for, without generating: a weighted sum of evidence for each
// candidate, turned into probabilities. Evidence is words (candidate_index.h), values found, and a
// model's likelihoods (likelihood.h).
#pragma once
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "agents/call/candidate_index.h"
#include "agents/call/mention.h"

namespace outpost::agents {

enum class Feature : std::size_t {
  kNote,        // BM25 with the note
  kExample,     // cosine with the nearest example
  kFilled,      // share of the required values that the request has
  kUnexplained, // values in the request that the candidate has no parameter for, at most 2
  kEffect,      // 1 for what can't be undone, 0.5 for what can: changing things needs more evidence
  kUnknown,     // for "none": share of content words that nobody's note has
  kChannel, // how much likelier the note makes the request than the mean note does (noisy channel)
  kStrange, // for "none": how little any note makes the request likelier
  kUses,    // log odds of its words by what confirmed uses say
  kReply,   // 1 for replies
  kNone,    // 1 for "none"
  kCount
};
inline constexpr std::size_t kFeatureCount = static_cast<std::size_t>(Feature::kCount);
std::string_view to_string(Feature feature);

class Evidence {
public:
  double& operator[](Feature feature) { return values_[static_cast<std::size_t>(feature)]; }
  double operator[](Feature feature) const { return values_[static_cast<std::size_t>(feature)]; }
  [[nodiscard]] const std::array<double, kFeatureCount>& values() const { return values_; }

private:
  std::array<double, kFeatureCount> values_{};
};

// Multiplies evidence; fitted from examples (choice_fit.h).
using ChoiceWeights = std::array<double, kFeatureCount>;

// The weights when a model's likelihoods are part of the evidence, and when only words and values
// are.
const ChoiceWeights& likelihood_weights();
const ChoiceWeights& word_weights();

// What words and values say; the model's features stay 0.
std::vector<Evidence> gather_evidence(const Text& text, const std::vector<Mention>& mentions,
                                      const std::vector<Candidate>& candidates,
                                      const CandidateIndex& index);

// Probabilities over the candidates (softmax of the weighted sums).
std::vector<double> choice_probabilities(const std::vector<Evidence>& evidence,
                                         const ChoiceWeights& weights);

} // namespace outpost::agents
